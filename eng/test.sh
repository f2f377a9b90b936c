#!/bin/bash
# Sets up what is missing, builds everything, runs every test, and ends with "N passed, N failed, N skipped".
# Usage: eng/test.sh [PROJECT ...]   without projects: all of them.
set -uo pipefail
cd "$(dirname "$0")/.."

eng/install.sh rabbitmq-server:rabbitmq-server python3:python3 || exit 1
dotnet build Aurora.sln -c Release -nologo -v quiet || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

passed=0 failed=0 skipped=0
logs=$(mktemp -d)
trap clean_up EXIT

clean_up() {
  # Ends the programs of this prefix, and no others.
  [ -d "$logs/wineprefix" ] && { WINEPREFIX="$logs/wineprefix" wineserver -k; WINEPREFIX="$logs/wineprefix" timeout 30 wineserver -w; }
  rm -rf "$logs"
}

# One test program: what to call it, and its command. Its failures and skips with their reasons are printed, its counts are added. A program that dies, hangs or says nothing has failed.
run() {
  local name=$1 log="$logs/$1.log" started=$SECONDS
  shift
  timeout --kill-after=30 600 "${@:-tests/$name/bin/Release/net10.0/$name}" -noColor -noLogo >"$log" 2>&1 </dev/null
  local code=$? summary
  summary=$(grep -E '^ +[A-Za-z.]+ +Total: ' "$log" | tail -n 1)
  if [[ $summary =~ Total:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Failed:\ ([0-9]+),\ Skipped:\ ([0-9]+) ]]; then
    local bad=$((BASH_REMATCH[2] + BASH_REMATCH[3]))
    [ "$code" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
    passed=$((passed + BASH_REMATCH[1] - BASH_REMATCH[3] - BASH_REMATCH[4]))
    failed=$((failed + bad)) skipped=$((skipped + BASH_REMATCH[4]))
    grep -A 1 '\[SKIP\]' "$log"
    [ "$bad" -gt 0 ] && cat "$log"
    printf '%-28s %s passed, %s failed, %s skipped in %s s\n' "$name" \
      $((BASH_REMATCH[1] - BASH_REMATCH[3] - BASH_REMATCH[4])) "$bad" "${BASH_REMATCH[4]}" $((SECONDS - started))
  else
    failed=$((failed + 1))
    cat "$log"
    printf '%-28s ended with code %s and no summary after %s s\n' "$name" "$code" $((SECONDS - started))
  fi
}

# What runs only on Windows, as a program for Windows under Wine; skipped where there is no Wine. Everything of it is in the temporary folder.
run_windows() {
  local name=Aurora.Worker.Windows out="$logs/windows" missing="" project
  if ! eng/install.sh wine:wine >"$logs/wine" 2>&1 || ! command -v wine >/dev/null 2>&1; then
    missing="Wine is not installed"
  else
    for project in Aurora.Worker "tests/$name"; do
      # The worker's own program lies beside the tests: it is the launcher's helper.
      dotnet publish "$project" -c Release -r win-x64 --self-contained -nologo -v quiet -o "$out" || {
        echo "$name could not be built"
        failed=$((failed + 1))
        return 0
      }
    done
    local -x WINEPREFIX="$logs/wineprefix" WINEDEBUG=-all
    timeout --kill-after=10 120 wine wineboot -i >"$logs/wine" 2>&1 </dev/null || missing="Wine does not start: $(tail -n 1 "$logs/wine")"
  fi
  if [ -n "$missing" ]; then
    echo "tests/$name: skipped: $missing"
    skipped=$((skipped + 1))
    return 0
  fi

  run "$name" timeout --kill-after=30 300 wine "$out/$name.exe"
}

# Pester files need PowerShell and Pester; each file counts as one where they are missing.
run_pester() {
  local files=(tests/module/*.Tests.ps1) counts="$logs/pester" started=$SECONDS missing p f s
  [ -e "${files[0]}" ] || return 0
  if ! command -v pwsh >/dev/null 2>&1; then
    missing="pwsh is not installed"
  else
    missing=$(pwsh -NoProfile -NonInteractive -Command '
      if ($PSVersionTable.PSVersion -lt [version]"7.6") { "the module needs PowerShell 7.6; pwsh is $($PSVersionTable.PSVersion)" }
      elseif (-not (Get-Module -ListAvailable Pester | Where-Object Version -ge ([version]"5.5"))) { "Pester 5.5 or newer is not installed" }' </dev/null)
  fi
  if [ -n "$missing" ]; then
    echo "tests/module: ${#files[@]} Pester file(s) skipped: $missing"
    skipped=$((skipped + ${#files[@]}))
    return 0
  fi

  AURORA_CLI="$PWD/Aurora.Cli/bin/Release/net10.0/aurora" COUNTS="$counts" NO_COLOR=1 timeout --kill-after=30 600 pwsh -NoProfile -NonInteractive -Command '
    $ErrorActionPreference = "Stop"
    Import-Module Pester -MinimumVersion 5.5
    $run = Invoke-Pester -Path tests/module -PassThru
    "{0} {1} {2}" -f $run.PassedCount, ($run.FailedCount + $run.FailedBlocksCount + $run.FailedContainersCount), ($run.SkippedCount + $run.InconclusiveCount) |
      Set-Content $env:COUNTS' </dev/null
  # Tests that died have written no counts, and have failed.
  read -r p f s 2>/dev/null <"$counts" || { p=0 f=1 s=0; }
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  printf '%-28s %s passed, %s failed, %s skipped in %s s\n' tests/module "$p" "$f" "$s" $((SECONDS - started))
}

if [ $# -gt 0 ]; then
  for name in "$@"; do
    if [ "$name" = Aurora.Worker.Windows ]; then run_windows; else run "$name"; fi
  done
else
  for project in tests/Aurora.*.Tests tests/Aurora.Simulation tests/Aurora.EndToEnd; do run "$(basename "$project")"; done
  run_windows
  run_pester
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
