#!/usr/bin/env pwsh
<#
.SYNOPSIS
    Builds, tests or packages Aurora for PowerShell.
.DESCRIPTION
    Drives the same dotnet commands as eng/run.sh and eng/test.sh, for people who have PowerShell.

    Build    builds the solution; the module is assembled in out/module/Aurora.
    Test     builds and runs every test project, then the Pester tests where Pester 5 or later is found.
    Package  makes archives of the module and the programs in out/packages.
.EXAMPLE
    ./build.ps1 -Task Test -Configuration Release
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Package')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Debug'
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
$root = $PSScriptRoot

function Invoke-Program {
    param([Parameter(Mandatory)] [string] $Program, [Parameter(ValueFromRemainingArguments)] [string[]] $Arguments)
    Write-Host "> $Program $($Arguments -join ' ')"
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$Program $($Arguments -join ' ') ended with exit code $LASTEXITCODE." }
}

function Invoke-Build {
    Invoke-Program dotnet build (Join-Path $root 'Aurora.sln') -c $Configuration -nologo -v minimal
}

function Invoke-Test {
    Invoke-Build
    foreach ($project in Get-ChildItem -Path (Join-Path $root 'tests') -Filter '*.csproj' -Recurse | Sort-Object Name) {
        $name = $project.BaseName
        $program = Join-Path $project.DirectoryName "bin/$Configuration/net10.0/$name$(if ($IsWindows) { '.exe' })"
        # A test project is a program; libraries and the benchmarks are none of them.
        if ($name -in 'Aurora.Benchmarks', 'Aurora.TestSupport' -or -not (Test-Path $program)) { continue }
        Invoke-Program $program
    }

    Invoke-Pester5
}

function Invoke-Pester5 {
    $pester = Get-Module -ListAvailable -Name Pester | Where-Object Version -ge '5.0' | Sort-Object Version | Select-Object -Last 1
    if (-not $pester) {
        Write-Warning "Skipped: tests/module/*.Tests.ps1, because Pester 5 or later is not installed (Install-PSResource Pester)."
        return
    }

    if ($PSVersionTable.PSVersion -lt [version] '7.6') {
        Write-Warning "Skipped: tests/module/*.Tests.ps1, because the module needs PowerShell 7.6 and this is $($PSVersionTable.PSVersion)."
        return
    }

    Import-Module $pester.Path
    $env:AURORA_CLI = Join-Path $root "Aurora.Cli/bin/$Configuration/net10.0/aurora$(if ($IsWindows) { '.exe' })"
    $result = Invoke-Pester -Path (Join-Path $root 'tests/module') -PassThru
    if ($result.FailedCount -gt 0) { throw "$($result.FailedCount) Pester tests failed." }
}

function Invoke-Package {
    Invoke-Program dotnet build (Join-Path $root 'Aurora.sln') -c Release -nologo -v minimal
    $packages = Join-Path $root 'out/packages'
    $null = New-Item -ItemType Directory -Path $packages -Force
    Compress-Archive -Path (Join-Path $root 'out/module/Aurora') -DestinationPath (Join-Path $packages 'Aurora.PowerShell.zip') -Force
    foreach ($program in 'Aurora.Cli', 'Aurora.Broker', 'Aurora.Worker') {
        $folder = Join-Path $root "out/publish/$program"
        Invoke-Program dotnet publish (Join-Path $root "$program/$program.csproj") -c Release -nologo -v minimal -o $folder
        Compress-Archive -Path "$folder/*" -DestinationPath (Join-Path $packages "$program.zip") -Force
    }

    Get-ChildItem $packages
}

switch ($Task) {
    'Build' { Invoke-Build }
    'Test' { Invoke-Test }
    'Package' { Invoke-Package }
}
