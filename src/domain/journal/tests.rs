use proptest::prelude::*;

use super::*;
use crate::domain::registration::Registration;
use crate::domain::value::Secret;
