#!/usr/bin/env pwsh
<#
.SYNOPSIS
    Builds, tests or packages Aurora for PowerShell.
.DESCRIPTION
    Drives the same dotnet commands as eng/run.sh and eng/test.sh, for people who have PowerShell.

    Build    builds the solution; the module is assembled in out/module/Aurora.
    Test     builds and runs every test project, then the Pester tests where Pester 5.5 or newer is found.
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
    # The arguments are one list: loose ones such as -v or -o would be taken for parameters of this function.
    param([Parameter(Mandatory)] [string] $Program, [string[]] $ArgumentList = @())
    Write-Host "> $Program $ArgumentList"
    $PSNativeCommandUseErrorActionPreference = $false
    & $Program @ArgumentList
    if ($LASTEXITCODE -ne 0) { throw "$Program $ArgumentList ended with exit code $LASTEXITCODE." }
}

function Invoke-Build {
    Invoke-Program dotnet 'build', (Join-Path $root 'Aurora.sln'), '-c', $Configuration, '-nologo', '-v', 'minimal'
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

    Invoke-PesterTest
}

function Invoke-PesterTest {
    $missing = if ($PSVersionTable.PSVersion -lt [version]'7.6') { "the module needs PowerShell 7.6, and this is $($PSVersionTable.PSVersion)" }
    elseif (-not (Get-Module -ListAvailable -Name Pester | Where-Object Version -ge ([version]'5.5'))) { 'Pester 5.5 or newer is not installed (Install-PSResource Pester)' }
    if ($missing) {
        Write-Warning "Skipped: tests/module/*.Tests.ps1, because $missing."
        return
    }

    Import-Module Pester -MinimumVersion 5.5
    $before = $env:AURORA_CLI
    try {
        $env:AURORA_CLI = Join-Path $root "Aurora.Cli/bin/$Configuration/net10.0/aurora$(if ($IsWindows) { '.exe' })"
        $run = Invoke-Pester -Path (Join-Path $root 'tests/module') -PassThru
    }
    finally {
        $env:AURORA_CLI = $before
    }

    if ($run.Result -ne 'Passed') { throw "$($run.FailedCount) Pester tests failed." }
}

function Invoke-Package {
    Invoke-Program dotnet 'build', (Join-Path $root 'Aurora.sln'), '-c', 'Release', '-nologo', '-v', 'minimal'
    $packages = Join-Path $root 'out/packages'
    $null = New-Item -ItemType Directory -Path $packages -Force
    # ZipFile keeps the right to execute; Compress-Archive does not.
    $module = Join-Path $packages 'Aurora.PowerShell.zip'
    Remove-Item $module -ErrorAction Ignore
    [System.IO.Compression.ZipFile]::CreateFromDirectory((Join-Path $root 'out/module/Aurora'), $module, 'Optimal', $true)
    foreach ($program in 'Aurora.Cli', 'Aurora.Broker', 'Aurora.Worker') {
        $folder = Join-Path $root "out/publish/$program"
        $archive = Join-Path $packages "$program.zip"
        Remove-Item $folder -Recurse -Force -ErrorAction Ignore
        Remove-Item $archive -ErrorAction Ignore
        Invoke-Program dotnet 'publish', (Join-Path $root "$program/$program.csproj"), '-c', 'Release', '-nologo', '-v', 'minimal', '-o', $folder
        [System.IO.Compression.ZipFile]::CreateFromDirectory($folder, $archive)
    }

    Get-ChildItem $packages
}

switch ($Task) {
    'Build' { Invoke-Build }
    'Test' { Invoke-Test }
    'Package' { Invoke-Package }
}
