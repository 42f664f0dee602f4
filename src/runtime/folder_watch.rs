//! Says when something changed in a folder, so that an idle console need not look there again and again. Where the
//! system does not report changes (not Linux, no watches left), it says so every few seconds.

use std::path::PathBuf;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// How long a change waits for those that come with it, and how far apart two are reported at least.
const TOGETHER: Duration = Duration::from_millis(200);
const APART: Duration = Duration::from_secs(1);

/// How often it is said without a change: where the system reports changes, for those that another host made in a
/// folder on the network.
const TOLD: Duration = Duration::from_secs(60);
const UNTOLD: Duration = Duration::from_secs(3);

/// A folder, which need not exist yet.
#[derive(Debug)]
pub(super) struct FolderWatch {
    changes: Option<system::Changes>,
    /// When it was said last, or the watch began.
    last: Instant,
    /// When the change that came is said.
    due: Option<Instant>,
}

impl FolderWatch {
    /// Watches a folder; needs a runtime.
    pub(super) fn of(folder: PathBuf) -> Self {
        Self { changes: system::Changes::of(folder).ok(), last: Instant::now(), due: None }
    }

    /// Waits until the folder may have changed. Nothing is lost where this future is dropped.
    pub(super) async fn changed(&mut self) {
        loop {
            let pause = if self.changes.is_some() { TOLD } else { UNTOLD };
            let wake = self.due.unwrap_or(self.last + pause);
            let waits_for_more = self.due.is_none();
            let came = async {
                match &mut self.changes {
                    Some(changes) if waits_for_more => changes.came().await,
                    Some(_) | None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = sleep_until(wake) => {
                    self.due = None;
                    self.last = Instant::now();
                    return;
                }
                came = came => match came {
                    Ok(()) => self.due = Some((Instant::now() + TOGETHER).max(self.last + APART)),
                    Err(_) => self.changes = None,
                },
            }
        }
    }
}

#[cfg(target_os = "linux")]
mod system {
    use std::io;
    use std::mem::MaybeUninit;
    use std::os::fd::OwnedFd;
    use std::path::{Path, PathBuf};

    use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init, remove_watch};
    use rustix::io::Errno;
    use tokio::io::unix::AsyncFd;

    /// What the system reports a folder, or of the nearest one above it while it does not exist.
    #[derive(Debug)]
    pub(super) struct Changes {
        reported: AsyncFd<OwnedFd>,
        folder: PathBuf,
        watched: Option<(PathBuf, i32)>,
    }

    impl Changes {
        pub(super) fn of(folder: PathBuf) -> io::Result<Self> {
            #[expect(deprecated, reason = "what takes its place is unsafe; the descriptor is ours and stays open")]
            let reported = AsyncFd::new(init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?)?;
            let mut changes = Self { reported, folder, watched: None };
            changes.follow()?;
            Ok(changes)
        }

        /// Waits for a change.
        pub(super) async fn came(&mut self) -> io::Result<()> {
            let mut ready = self.reported.readable().await?;
            // Which change it was does not matter.
            let mut rest = [MaybeUninit::uninit(); 4096];
            while rustix::io::read(ready.get_inner(), &mut rest).is_ok_and(|(read, _)| !read.is_empty()) {}
            ready.clear_ready();
            drop(ready);
            self.follow()
        }

        /// Watches the folder, or the nearest above it that exists.
        fn follow(&mut self) -> io::Result<()> {
            let above = WatchFlags::ONLYDIR
                | WatchFlags::CREATE
                | WatchFlags::MOVED_TO
                | WatchFlags::DELETE_SELF
                | WatchFlags::MOVE_SELF;
            // A lock that ends with its console is a file that was open for writing and is closed.
            let inside =
                above | WatchFlags::MODIFY | WatchFlags::CLOSE_WRITE | WatchFlags::MOVED_FROM | WatchFlags::DELETE;
            let nearest = |folder: &Path| folder.ancestors().find(|folder| folder.is_dir()).map(Path::to_path_buf);
            // It may come while the one above it is put under watch: until the nearest is the one that is watched.
            while let Some(folder) = nearest(&self.folder) {
                match add_watch(&self.reported, &folder, if folder == self.folder { inside } else { above }) {
                    Ok(number) => {
                        if let Some((_, before)) = self.watched.take_if(|(_, before)| *before != number) {
                            // It may be gone with its folder.
                            let _ = remove_watch(&self.reported, before);
                        }
                        self.watched = Some((folder.clone(), number));
                    }
                    Err(Errno::NOENT | Errno::NOTDIR) => {}
                    Err(error) => return Err(error.into()),
                }
                if nearest(&self.folder).as_ref() == Some(&folder) {
                    break;
                }
            }
            Ok(())
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::io;
    use std::path::PathBuf;

    /// A system that reports no changes.
    #[derive(Debug)]
    pub(super) struct Changes;

    impl Changes {
        pub(super) fn of(_: PathBuf) -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(super) async fn came(&mut self) -> io::Result<()> {
            std::future::pending().await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_comes_to_a_folder_that_was_not_there_is_told() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("drafts").join("eu");
        let mut watch = FolderWatch::of(folder.clone());
        std::fs::create_dir_all(&folder).unwrap();
        watch.changed().await;
        // Reported by the system, and not because it was time.
        assert!(watch.last.elapsed() < UNTOLD && watch.changes.is_some());
        let file = std::fs::File::create(folder.join("7.lock")).unwrap();
        watch.changed().await;
        drop(file);
        watch.changed().await;
        std::fs::remove_dir_all(&folder).unwrap();
        watch.changed().await;
        std::fs::create_dir(&folder).unwrap();
        watch.changed().await;
        std::fs::write(folder.join("7.json"), "{}").unwrap();
        watch.changed().await;
        assert!(watch.changes.is_some());
    }
}
