#Requires -Version 7.6
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# Every cmdlet on a live cluster: 'aurora dev' from the build output. The newest build is taken; $env:AURORA_CLI names another.

BeforeAll {
    $script:ConfigRootBefore = $env:AURORA_CONFIG_ROOT

    function Test-User([string] $Name) {
        $null = id -u $Name 2>&1
        $LASTEXITCODE -eq 0
    }

    $root = Resolve-Path (Join-Path $PSScriptRoot '../..')
    $program = $env:AURORA_CLI
    if (-not $program) {
        $library = Get-ChildItem -Path (Join-Path $root 'Aurora.Cli/bin/*/net10.0/aurora.dll') | Sort-Object LastWriteTime | Select-Object -Last 1
        if (-not $library) { throw 'Aurora.Cli is not built; build first, or set AURORA_CLI.' }
        $program = Join-Path $library.DirectoryName "aurora$($IsWindows ? '.exe' : '')"
    }
    if (-not (Test-Path $program)) { throw "There is no $program; build first, or set AURORA_CLI to the program." }

    $script:Folder = Join-Path ([System.IO.Path]::GetTempPath()) "aurora-pester-$([guid]::NewGuid().ToString('N'))"
    $null = New-Item -ItemType Directory -Path $script:Folder
    if (-not $IsWindows) { chmod 755 $script:Folder }
    $env:AURORA_CONFIG_ROOT = Join-Path $script:Folder 'etc'

    $script:Cluster = "pester$PID"
    $start = [System.Diagnostics.ProcessStartInfo]::new($program)
    foreach ($argument in 'dev', '--cluster', $script:Cluster, '--folder', (Join-Path $script:Folder 'dev'), '--register', $env:AURORA_CONFIG_ROOT, '--cpu', '4') {
        $start.ArgumentList.Add($argument)
    }
    $start.RedirectStandardOutput = $true
    $script:Dev = [System.Diagnostics.Process]::Start($start)
    $limit = [datetime]::UtcNow.AddSeconds(120)
    do {
        $read = $script:Dev.StandardOutput.ReadLineAsync()
        if (-not $read.Wait([System.Math]::Max(0, [int]($limit - [datetime]::UtcNow).TotalMilliseconds))) { throw 'aurora dev was not ready within 120 s.' }
        if ($null -eq $read.Result) {
            $script:Dev.WaitForExit()
            throw "aurora dev ended with exit code $($script:Dev.ExitCode) before it was ready."
        }
    } until ($read.Result -match 'Ready')
    # A pipe that nobody empties would in the end block the cluster.
    $null = $script:Dev.StandardOutput.BaseStream.CopyToAsync([System.IO.Stream]::Null)

    $script:Manifest = Join-Path $root 'out/module/Aurora/Aurora.psd1'
    Import-Module $script:Manifest -Force

    # A role is a user of the machine, and never root.
    $script:Role = [System.Environment]::UserName
    if (-not $IsWindows -and (id -u) -eq '0') {
        $script:Role = 'www-data', 'nobody' | Where-Object { Test-User $_ } | Select-Object -First 1
    }

    function Get-Key([string] $Name) { "$script:Cluster/$script:Role/test/$Name" }

    function Get-Shape([string] $Line, [hashtable] $More = @{}) {
        @{
            task = @{
                processes = @(@{ name = 'main'; cmdline = $Line })
                resources = @{ cpu = 0.1; ram = '16MB'; disk = '16MB' }
            }
            update_config = @{ watch_secs = 1 }
        } + $More
    }
}

AfterAll {
    if ($script:Dev) {
        if (-not $script:Dev.HasExited) {
            if ($IsWindows) { $script:Dev.Kill($true) } else { kill -TERM $script:Dev.Id }
            if (-not $script:Dev.WaitForExit(60000)) { $script:Dev.Kill($true) }
        }
        $script:Dev.Dispose()
    }
    Remove-Module Aurora -ErrorAction Ignore
    $env:AURORA_CONFIG_ROOT = $script:ConfigRootBefore
    if ($script:Folder -and (Test-Path $script:Folder)) { Remove-Item $script:Folder -Recurse -Force }
}

Describe 'A job that ends by itself' {
    BeforeAll {
        $script:Key = Get-Key 'short'
        $script:Job = New-AuroraJob -Key $script:Key -Configuration (Get-Shape 'echo out; echo err >&2') -Wait -TimeoutSec 60
    }

    It 'is given by New-AuroraJob' { "$($script:Job.Key)" | Should -Be $script:Key }
    It 'has one finished task' { (Get-AuroraTask $script:Key).State | Should -Be 'Finished' }
    It 'wrote to stdout' { Get-AuroraTaskLog $script:Key -Process main | Should -Be 'out' }
    It 'wrote to stderr' { Get-AuroraTaskLog $script:Key -Stream stderr | Should -Be 'err' }
    It 'is found by wildcards' { (Get-AuroraJob "$script:Cluster/*/test/sh?rt").Key.Name | Should -Be 'short' }
    It 'passes its key along the pipeline' { Get-AuroraJob $script:Key | Get-AuroraTask | Get-AuroraTaskLog | Should -Be 'out' }
    It 'prints as a table' { Get-AuroraJob $script:Key | Out-String | Should -Match 'Key\s+Type\s+Pending' }

    It 'prints as a list without its whole configuration' {
        $list = Get-AuroraJob $script:Key | Format-List | Out-String
        $list | Should -Match 'Finished\s+: 1'
        $list | Should -Not -Match 'Configuration'
    }

    It 'prints after a table of another kind without its whole configuration' {
        $text = (Get-AuroraTask $script:Key), (Get-AuroraJob $script:Key) | Out-String
        $text | Should -Match 'Instance\s+State'
        $text | Should -Match 'Finished\s+: 1'
        $text | Should -Not -Match 'Configuration'
    }

    It 'prints the processes and events of its tasks' {
        $list = Get-AuroraTask $script:Key | Format-List | Out-String -Width 500
        $list | Should -Match 'main: SUCCESS, exit code 0'
        $list | Should -Match 'RUNNING'
    }
}

Describe 'A job that fails' {
    It 'makes the wait end in an error that says why' {
        $key = Get-Key 'fails'
        $null = New-AuroraJob -Key $key -Configuration (Get-Shape 'echo one; echo two; exit 7')
        Wait-AuroraJob $key -TimeoutSec 60 -ErrorVariable problem -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'AUR4005,*'
        (Get-AuroraTask $key).Processes.ExitCode | Should -Be 7
        Get-AuroraTaskLog $key -Tail 1 | Should -Be 'two'
    }
}

Describe 'A service' {
    BeforeAll {
        $script:Key = Get-Key 'service'
        $null = New-AuroraJob -Key $script:Key -Configuration (Get-Shape 'echo first; exec sleep 1000' @{ service = $true }) -Wait -TimeoutSec 60
    }

    It 'runs' { (Get-AuroraTask $script:Key -Active).State | Should -Be 'Running' }

    It 'is not created twice' {
        New-AuroraJob -Key $script:Key -Configuration (Get-Shape 'true') -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'AUR2001,*'
        $problem[0].CategoryInfo.Category | Should -Be 'ResourceExists'
    }

    It 'is updated' {
        $update = Update-AuroraJob -Key $script:Key -Configuration (Get-Shape 'echo second; exec sleep 1000' @{ service = $true }) -Wait -TimeoutSec 90
        $update.Status | Should -Be 'ROLLED_FORWARD'
        Get-AuroraTaskLog $script:Key | Should -Be 'second'
    }

    It 'is left alone by -WhatIf' {
        Stop-AuroraJob $script:Key -WhatIf
        (Get-AuroraTask $script:Key -Active).State | Should -Be 'Running'
    }

    It 'is followed until it is stopped' {
        $key = $script:Key
        $manifest = $script:Manifest
        $follow = Start-ThreadJob { Import-Module $using:manifest; Get-AuroraTaskLog $using:key -Follow }
        Get-AuroraJob $key | Stop-AuroraJob -Confirm:$false -TimeoutSec 60
        $follow | Wait-Job -Timeout 60 | Receive-Job | Should -Be 'second'
        $follow | Remove-Job -Force
        (Get-AuroraTask $key).State | Should -Contain 'Killed'
        Get-AuroraTask $key -Active | Should -BeNullOrEmpty
    } -Skip:(-not (Get-Command Start-ThreadJob -ErrorAction Ignore))
}

Describe 'A worker' {
    BeforeAll { $script:Worker = Get-AuroraWorker $script:Cluster }

    It 'is listed with what it offers' {
        $script:Worker.State | Should -Be 'UP'
        $script:Worker.Cluster | Should -Be $script:Cluster
        $script:Worker.Total.Cpu | Should -Be 4
        $script:Worker | Out-String | Should -Match 'Id\s+Host\s+State'
    }

    It 'is drained and resumed' {
        $drained = $script:Worker | Suspend-AuroraWorker -Force -Message 'by a test' -Wait -TimeoutSec 60 -PassThru -Confirm:$false
        $drained.State | Should -Be 'DRAINED'
        $key = Get-Key 'waits'
        $null = New-AuroraJob -Key $key -Configuration (Get-Shape 'true')
        (Get-AuroraTask $key).Message | Should -Match 'drain'
        ($script:Worker | Resume-AuroraWorker -PassThru).State | Should -Be 'UP'
        $null = Wait-AuroraJob $key -TimeoutSec 60
        (Get-AuroraTask $key).State | Should -Be 'Finished'
    }
}

Describe 'A quota' {
    It 'is set and read' {
        Set-AuroraQuota $script:Cluster $script:Role -Cpu 2 -Ram 1GB -Disk 2GB
        $quota = Get-AuroraQuota $script:Cluster $script:Role
        $quota.Quota.Cpu | Should -Be 2
        $quota.Quota.Ram | Should -Be 1GB
        $quota | Out-String | Should -Match 'Role\s+CpuUsed'
    }
}

Describe 'Errors' {
    It '<Code>: <Name>' -ForEach @(
        @{ Name = 'a malformed key'; Code = 'AUR1201'; Run = { New-AuroraJob only/three/parts ./x.json } }
        @{ Name = 'a missing file'; Code = 'AUR1001'; Run = { New-AuroraJob (Get-Key 'x') (Join-Path $script:Folder 'none.json') } }
        @{ Name = 'an unknown field'; Code = 'AUR1101'; Run = { New-AuroraJob -Key (Get-Key 'x') -Configuration ((Get-Shape 'true') + @{ instnaces = 2 }) } }
        @{ Name = 'a negative resource'; Code = 'AUR1104'; Run = {
                New-AuroraJob -Key (Get-Key 'x') -Configuration @{ task = @{ processes = @(@{ name = 'a'; cmdline = 'true' }); resources = @{ cpu = -1; ram = '16MB'; disk = '16MB' } } } } }
        @{ Name = 'the stop of an unknown job'; Code = 'AUR2002'; Run = { Stop-AuroraJob (Get-Key 'nobody') -Confirm:$false } }
        @{ Name = 'the log of an unknown job'; Code = 'AUR2005'; Run = { Get-AuroraTaskLog (Get-Key 'nobody') } }
        @{ Name = 'the drain of an unknown worker'; Code = 'AUR2011'; Run = { Suspend-AuroraWorker $script:Cluster nobody -Confirm:$false } }
        @{ Name = 'an unknown cluster'; Code = 'AUR3001'; Run = { Get-AuroraJob nowhere } }
    ) {
        {
            $ErrorActionPreference = 'Stop'
            & $Run
        } | Should -Throw -ErrorId "$Code,*"
    }
}

Describe 'The module' {
    It 'has a valid manifest that exports every cmdlet' {
        (Test-ModuleManifest $script:Manifest).ExportedCmdlets.Count | Should -Be (Get-Command -Module Aurora).Count
    }

    It 'has help' { (Get-Help about_Aurora | Out-String) | Should -Match 'cluster/role/environment/name' }
}
