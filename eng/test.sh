#!/bin/bash
# Sets up what is missing, builds everything, runs every test, and ends with "N passed, N failed, N skipped".
# Usage: eng/test.sh [PROJECT ...]   without projects: all of them.
set -uo pipefail
cd "$(dirname "$0")/.."

eng/install.sh rabbitmq-server:rabbitmq-server python3:python3 || exit 1
dotnet build Aurora.sln -c Release -nologo -v quiet || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

passed=0 failed=0 skipped=0
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# One test program: its failures and skips with their reasons are printed, its counts are added. A program that dies, hangs or says nothing has failed.
run() {
  local name=$1 log="$logs/$1.log" started=$SECONDS
  timeout --kill-after=30 600 "tests/$name/bin/Release/net10.0/$name" -noColor -noLogo >"$log" 2>&1 </dev/null
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
  for name in "$@"; do run "$name"; done
else
  for project in tests/Aurora.*.Tests tests/Aurora.EndToEnd; do run "$(basename "$project")"; done
  run_pester
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
