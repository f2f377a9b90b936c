namespace Aurora.Cli;

/// <summary>Tells of progress only when it reads differently from what was told last. Called in order by one waiting operation.</summary>
internal sealed class ChangedLines<T>(Action<T> tell) : IProgress<T>
{
    private string? _last;

    public void Report(T value)
    {
        var text = value?.ToString();
        if (text != _last)
        {
            _last = text;
            tell(value);
        }
    }
}
