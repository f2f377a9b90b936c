namespace Aurora.Client.JobFiles.Sources;

/// <summary>A place in a file. Lines and columns count from 1; a column counts UTF-16 characters.</summary>
internal readonly record struct SourcePosition(int Line, int Column);
