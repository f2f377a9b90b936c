namespace Aurora.Core.Errors;

/// <summary>
/// Every code that a person can meet, in one place. A code never changes its meaning and is never used again for another one.
/// AUR1xxx: input. AUR2xxx: refused by the broker. AUR3xxx: reaching the cluster. AUR4xxx: refused or failed on a worker. AUR5xxx: the programs' own configuration.
/// </summary>
public static class ErrorCodes
{
#pragma warning disable CS1591 // The text beside each code is its documentation; docs/errors.md is checked against this list by a test.
    public const string FileNotFound = "AUR1001";          // the job file does not exist or cannot be read
    public const string FileSyntax = "AUR1002";            // JSON, YAML or Python that does not parse
    public const string PythonMissing = "AUR1003";         // an .aurora file needs python3
    public const string PythonFailed = "AUR1004";          // the .aurora file raised an error, or ran over its time
    public const string JobNotInFile = "AUR1005";          // no job in the file has the key; the ones it has are listed
    public const string JobAmbiguous = "AUR1006";          // several jobs in the file have the key
    public const string UnknownFileFormat = "AUR1007";     // not .json, .yaml, .yml or .aurora
    public const string UnknownField = "AUR1101";          // a field that the schema does not have; the nearest name is given
    public const string WrongType = "AUR1102";             // a value of another type than the field's
    public const string RequiredField = "AUR1103";         // a required field is missing
    public const string OutOfRange = "AUR1104";            // a number, amount, enumeration or list outside its range
    public const string InvalidIdentifier = "AUR1105";     // a name that breaks the rule of its kind
    public const string UnboundVariable = "AUR1106";       // a {{template}} without a value
    public const string InvalidOrder = "AUR1107";          // constraints: unknown process, cycle, mixed final and ordinary
    public const string InvalidCombination = "AUR1108";    // fields that exclude or require each other
    public const string DuplicateName = "AUR1109";         // two processes or jobs with the same name, or a repeated field
    public const string MalformedJobKey = "AUR1201";       // not cluster/role/environment/name
    public const string InvalidArgument = "AUR1202";       // an argument of a command out of its rule
    public const string MalformedInstances = "AUR1203";    // instance ranges such as 0,2-4
    public const string NotSupportedYet = "AUR1301";       // parsed and valid, but this release cannot do it
    public const string JobExists = "AUR2001";             // create of a job that has active tasks
    public const string JobNotFound = "AUR2002";           // no such job
    public const string JobUpdating = "AUR2003";           // an update of the job is active
    public const string UpdateNotFound = "AUR2004";        // no such update
    public const string TaskNotFound = "AUR2005";          // no such task or instance
    public const string LogNotFound = "AUR2006";           // no such process, run or stream
    public const string WrongCluster = "AUR2007";          // the key names another cluster than the broker's
    public const string NotAService = "AUR2008";           // updates are for services
    public const string CommandReused = "AUR2009";         // one command id, two different commands
    public const string SandboxFileNotFound = "AUR2010";   // no such file in the sandbox, or one that is not read for others
    public const string WorkerNotFound = "AUR2011";        // no such worker
    public const string QuotaExceeded = "AUR2012";         // more than the role's quota, or a quota below what is used
    public const string UnknownTier = "AUR2013";           // the broker has no such tier
    public const string DrainEnded = "AUR2014";            // somebody ended a drain while somebody else waited for it
    public const string UnknownCluster = "AUR3001";        // the cluster is not in clusters.json
    public const string ClusterUnreachable = "AUR3002";    // no connection, or it broke
    public const string Timeout = "AUR3003";               // no answer in time; the outcome is unknown, and a retry is safe
    public const string NotReady = "AUR3004";              // no leader, or the store is not available; a retry is safe
    public const string Unauthorized = "AUR3005";          // missing or wrong credentials
    public const string InvalidClusterFile = "AUR3006";    // clusters.json that cannot be used
    public const string WorkerUnreachable = "AUR3007";     // the worker that holds the log or the sandbox did not answer
    public const string ProtocolError = "AUR3008";         // an answer that cannot be read
    public const string RoleUnknown = "AUR4001";           // the role is not a user on the worker
    public const string RoleRefused = "AUR4002";           // the worker may not, or cannot, become the role
    public const string LaunchFailed = "AUR4003";          // the process could not be started
    public const string SandboxFailed = "AUR4004";         // the sandbox could not be made
    public const string TaskFailed = "AUR4005";            // the task ended FAILED, KILLED or LOST while somebody waited for it
    public const string LimitExceeded = "AUR4006";         // the task used more than it was granted; limit and use are named
    public const string Unhealthy = "AUR4007";             // the task's health checks failed
    public const string PortsUnavailable = "AUR4008";      // the worker has no free port for the task
    public const string InvalidConfiguration = "AUR5001";  // a program's configuration file
#pragma warning restore CS1591
}
