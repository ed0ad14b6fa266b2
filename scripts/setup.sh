#!/bin/sh
# Makes .venv from requirements.lock, or does nothing when .venv is what the lock says.
#
# The stamp .venv/.ready is written last and holds checksums: an installation that failed or was
# interrupted has no stamp and is made again from the start. Debian's sh and macOS's are enough.
set -eu

cd "$(dirname "$0")/.."
root=$(pwd -P)
stamp=.venv/.ready

say() { printf '%s\n' "setup: $*"; }

# The lock decides what is installed, the place what the scripts in .venv/bin point to.
wanted_packages() { printf 'packages %s %s\n' "$(cksum < requirements.lock)" "$root"; }

# Only what the installed project itself depends on: a new ruff rule installs nothing.
wanted_project() {
    printf 'project %s\n' "$(awk '
        /^\[/ { keep = !/^\[+tool\.(coverage|importlinter|mypy|pytest|ruff|uv)/ } keep
    ' pyproject.toml | cksum)"
}

works() { .venv/bin/python -c '' 2>/dev/null; }
has() { grep -qxF "$1" "$stamp" 2>/dev/null; }

write_stamp() {
    { wanted_packages; wanted_project; } > "$stamp.new"
    mv "$stamp.new" "$stamp"
}

if has "$(wanted_packages)" && works; then
    if has "$(wanted_project)"; then
        exit 0
    fi
    packages=same
else
    packages=new
fi

# --- What there is to work with ----------------------------------------------------------------

find_uv() {
    for candidate in uv "${HOME:-}/.local/bin/uv"; do
        if "$candidate" --version >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

# Runs it rather than looks for it: a pyenv shim exists for versions that are not chosen here, and
# Debian's python3 may come without venv.
is_python_310() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null
}

find_python() {
    for candidate in python3.10 python3 python \
        "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.10.*/bin/python3.10; do
        if is_python_310 "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

uv=$(find_uv) || uv=
python=$(find_python) || python=
if [ -z "$python" ] && [ -n "$uv" ]; then
    python=$("$uv" python find --system 3.10 2>/dev/null) || python=
fi

if [ -z "$uv" ] && [ -z "$python" ]; then
    cat >&2 <<'MESSAGE'
setup: Front Door needs Python 3.10 (Rasa 3.6 runs on nothing newer), or uv, which brings it.
setup: Neither is here. Do one of these, then run the same command again:

  Debian, Ubuntu 24.04 and later:  sudo apt-get install -y pipx && pipx install uv
  Ubuntu 22.04:                    sudo apt-get install -y python3.10-venv
  macOS with Homebrew:             brew install uv
  anywhere with pyenv:             pyenv install 3.10

MESSAGE
    exit 1
fi

# --- Make it -----------------------------------------------------------------------------------

trap 'say "Not finished. Run the same command again: it starts afresh." >&2' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

rm -f "$stamp"

install_packages() {
    if [ -d .venv ]; then
        say "Removing the earlier .venv: it is not what requirements.lock says now."
        rm -rf .venv
    fi
    say "Making .venv with ${python:-a Python 3.10 that uv downloads first (about 30 MB)}."
    say "Then about 1.1 GB of packages: half of it TensorFlow, which Rasa asks for. Those that this"
    say "machine has in its cache are not downloaded again. On disk: 3.3 GB, all of it in .venv."
    # Nothing is compiled now: most of it is never imported, and Python compiles what is.
    # Somebody who watches sees each package; a log does not need two thousand lines.
    if [ -t 1 ]; then quiet=; else quiet=--quiet; fi
    if [ -n "$uv" ]; then
        say "uv installs them: one to five minutes on a good line, half a minute from its cache."
        "$uv" venv --quiet --no-project --python "${python:-3.10}" .venv
        # shellcheck disable=SC2086
        "$uv" pip install $quiet --python .venv/bin/python \
            --no-deps --require-hashes -r requirements.lock
    else
        say "pip installs them: three to ten minutes. With uv it would be faster."
        "$python" -m venv .venv
        # shellcheck disable=SC2086
        .venv/bin/python -m pip --disable-pip-version-check install $quiet \
            --no-compile --no-deps --require-hashes -r requirements.lock
    fi
}

install_project() {
    say "Installing the project itself, so that .venv/bin/assistant is there."
    if [ -n "$uv" ]; then
        "$uv" pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation -e .
    else
        .venv/bin/python -m pip --disable-pip-version-check install --quiet \
            --no-deps --no-build-isolation -e .
    fi
}

started=$(date +%s)
if [ "$packages" = new ]; then
    install_packages
fi
install_project
write_stamp

trap - EXIT
say "Ready after $(($(date +%s) - started)) seconds. From here on nothing needs a network."
