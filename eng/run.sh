#!/bin/bash
# Sets up what is missing, builds, and walks the tutorial on the embedded default. Further arguments go to `aurora tutorial` (for example --keep).
set -euo pipefail
cd "$(dirname "$0")/.."

eng/install.sh python3:python3
dotnet build Aurora.Cli -c Release -nologo -v quiet
exec Aurora.Cli/bin/Release/net10.0/aurora tutorial "$@"
