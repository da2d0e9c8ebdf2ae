#!/bin/sh
# build.sh [OUTPUT]: bundles the extension by the esbuild on PATH into OUTPUT, dist/extension-drift-policy.js. Argo CD's page has React.
# build.sh host VERSION OUTPUT: a page that loads extensions as Argo CD's does, with React 16 or 19; for tests.
set -eu
cd "$(dirname "$0")"
PATH=$PWD/node_modules/.bin:$PATH
bundle() {
  esbuild --bundle --minify --target=es2020 --format=iife --charset=utf8 --log-level=warning --jsx=transform \
    --jsx-factory=React.createElement --jsx-fragment=React.Fragment "$@"
}
if [ "${1:-}" != host ]; then
  bundle src/main.ts --outfile="${1:-dist/extension-drift-policy.js}"
elif [ "$2" = 16 ]; then
  bundle browser/host-16.mjs --outfile="$3"
else
  bundle browser/host-19.mjs --alias:react=react-19 --alias:react-dom=react-dom-19 --outfile="$3"
fi
