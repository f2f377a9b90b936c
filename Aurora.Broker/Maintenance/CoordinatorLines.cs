using Aurora.Core.Jobs;

namespace Aurora.Broker.Maintenance;

/// <summary>
/// Who waits to be asked about: tasks in a line per coordinator, each coordinator one question at a time, a bounded number of coordinators at once, first come first served.
/// A task that was answered for rests until the next round. Not stored: a new leader asks again, which coordinators must bear (aurora-spec section 8.3).
/// It holds at most the tasks that are to leave their workers.
/// </summary>
/// <param name="atOnce">How many coordinators are asked at once.</param>
internal sealed class CoordinatorLines(int atOnce)
{
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);
    private readonly Queue<string> _free = new();
    private readonly HashSet<TaskId> _inLine = [];
    private readonly HashSet<TaskId> _resting = [];
    private readonly Dictionary<Guid, Asked> _asked = [];

    /// <summary>Puts a task in line, unless it is there or rests.</summary>
    public void Want(TaskId task, string url)
    {
        if (_resting.Contains(task) || !_inLine.Add(task))
            return;
        if (!_lines.TryGetValue(url, out var line))
            _lines.Add(url, line = new Line());
        line.Waiting.Enqueue(task);
        if (line is { IsBusy: false, Waiting.Count: 1 })
            _free.Enqueue(url);
    }

    /// <summary>Takes the next task whose coordinator is free. It must be either asked about, or passed over.</summary>
    public bool TryTake(out TaskId task, out string url)
    {
        (task, url) = (default, "");
        if (_asked.Count >= atOnce || !_free.TryDequeue(out var next))
            return false;
        (task, url) = (_lines[next].Waiting.Dequeue(), next);
        _inLine.Remove(task);
        _lines[next].IsBusy = true;
        return true;
    }

    /// <summary>The task that was taken need not be asked about any more.</summary>
    public void PassOver(string url) => Free(url);

    /// <summary>The task that was taken was asked about.</summary>
    public void Ask(Asked question)
    {
        _asked.Add(question.Request, question);
        _inLine.Add(question.Task);
    }

    /// <summary>An answer came.</summary>
    /// <param name="request">The question's id.</param>
    /// <returns>The question; null when nobody waits for its answer any more.</returns>
    public Asked? Settle(Guid request)
    {
        if (!_asked.Remove(request, out var question))
            return null;
        _inLine.Remove(question.Task);
        _resting.Add(question.Task);
        Free(question.Url);
        return question;
    }

    /// <summary>Begins a round: whoever was answered for may be asked about again, and questions that got lost are given up.</summary>
    /// <param name="askedBefore">Questions from before this time got lost.</param>
    public void BeginRound(DateTimeOffset askedBefore)
    {
        foreach (var question in _asked.Values.Where(q => q.At < askedBefore).ToArray())
            Settle(question.Request);
        _resting.Clear();
    }

    private void Free(string url)
    {
        var line = _lines[url];
        line.IsBusy = false;
        if (line.Waiting.Count > 0)
            _free.Enqueue(url);
        else
            _lines.Remove(url);
    }

    private sealed class Line
    {
        public Queue<TaskId> Waiting { get; } = new();

        public bool IsBusy { get; set; }
    }
}
