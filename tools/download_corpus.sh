#!/usr/bin/env bash
# Download the wheels that a list pins, without what they depend on; what is there stays.
set -euo pipefail
list=$1
folder=$2
mkdir -p "$folder"
.venv-test/bin/python -m pip download --quiet --disable-pip-version-check \
    --no-deps --only-binary=:all: --dest "$folder" --requirement "$list"
