# shellcheck shell=bash
# Sourced by the scripts next to it; they run from the top of the repository.
# Bash 3.2 is enough: macOS has no newer one.

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

# rustup puts cargo here, but not every shell looks there.
command -v cargo >/dev/null || PATH="$HOME/.cargo/bin:$PATH"

say() { printf '==> %s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Where cargo puts what it builds, whatever the environment or a configuration file says.
target_dir() {
  cargo metadata --format-version 1 --no-deps |
    node -p 'JSON.parse(require("node:fs").readFileSync(0, "utf8")).target_directory'
}
