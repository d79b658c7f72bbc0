#!/usr/bin/env bash
# Clone the projects that fixes were read in, whole and bare; what is there stays.
set -euo pipefail
fixes=$1
folder=$2
from=${3:-https://github.com}
mkdir -p "$folder"
sed -nE 's#^([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+) [0-9a-f]{40} .*#\1#p' "$fixes"/*.txt | sort -u |
    while read -r project; do
        target=$folder/${project/\//+}
        if [ ! -d "$target" ]; then
            rm -rf "$target.partial"
            GIT_TERMINAL_PROMPT=0 git clone --quiet --bare "$from/$project" "$target.partial" </dev/null
            mv "$target.partial" "$target"
        fi
    done
