"""A Git repository of the test's own, on file://."""
import os
import pathlib
import shutil
import subprocess


class Repository:
    """One branch, `main`. `url` is what Applications name."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self._git("init", "-q", "-b", "main")
        self.url = f"file://{self.folder}"

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return self

    def copy(self, source, path):
        """A folder of the project or the corpus, as it is."""
        shutil.copytree(source, self.folder / path, dirs_exist_ok=True, symlinks=True)
        return self

    def remove(self, path):
        target = self.folder / path
        shutil.rmtree(target) if target.is_dir() else target.unlink()
        return self

    def commit(self, message="a change"):
        """Commits everything; the revision."""
        self._git("add", "-A", "--force")
        self._git("commit", "-q", "--allow-empty", "-m", message)
        return self._git("rev-parse", "HEAD").strip()

    def _git(self, *arguments):
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1",
               "GIT_AUTHOR_NAME": "e2e", "GIT_AUTHOR_EMAIL": "e2e@localhost",
               "GIT_COMMITTER_NAME": "e2e", "GIT_COMMITTER_EMAIL": "e2e@localhost"}
        return subprocess.run(["git", *arguments], cwd=self.folder, env=env, check=True, capture_output=True,
                              text=True).stdout
