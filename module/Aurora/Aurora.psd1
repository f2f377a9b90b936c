@{
    RootModule           = 'Aurora.PowerShell.dll'
    ModuleVersion        = '0.0.0'
    GUID                 = '5f0c9a52-6a0e-4d0b-9a34-2f7d1e8b6c41'
    Author               = 'Aurora for PowerShell contributors'
    CompanyName          = 'Aurora for PowerShell contributors'
    Copyright            = '(c) Aurora for PowerShell contributors. Apache-2.0.'
    Description          = 'Submits and controls jobs on an Aurora cluster: New-AuroraJob, Update-AuroraJob, Stop-AuroraJob and what one needs to look at them.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    CmdletsToExport      = @(
        'Get-AuroraJob', 'Get-AuroraQuota', 'Get-AuroraTask', 'Get-AuroraTaskFile', 'Get-AuroraTaskLog', 'Get-AuroraWorker', 'New-AuroraJob', 'Resume-AuroraWorker',
        'Set-AuroraQuota', 'Stop-AuroraJob', 'Suspend-AuroraWorker', 'Update-AuroraJob', 'Wait-AuroraJob')
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    FormatsToProcess     = @('Aurora.format.ps1xml')
    TypesToProcess       = @('Aurora.types.ps1xml')
    PrivateData          = @{
        PSData = @{
            Tags       = @('Aurora', 'scheduler', 'jobs', 'RabbitMQ')
            LicenseUri = 'https://www.apache.org/licenses/LICENSE-2.0'
        }
    }
}
