namespace Aurora.Worker.Agent;

/// <summary>
/// What a task is told, in order, and the promise that one piece of work at a time takes it, without a thread that waits. An input leaves only after it was
/// taken, so that one whose recording failed is there for the next try.
/// </summary>
/// <param name="work">Takes inputs until <see cref="GoOn"/> says that there is none, or calls <see cref="Rest"/>.</param>
/// <param name="stopping">The agent stops: no work is begun any more.</param>
internal sealed class TaskInbox(Func<Task> work, CancellationToken stopping)
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskInput> _inputs = new();
    private bool _isWorking; // under _lock
    private Task _work = Task.CompletedTask; // under _lock

    /// <summary>Puts an input in, and begins to work when nobody does. Returns at once.</summary>
    /// <param name="input">The input.</param>
    public void Post(TaskInput input)
    {
        lock (_lock)
        {
            _inputs.Enqueue(input);
            if (!_isWorking && !stopping.IsCancellationRequested)
            {
                _isWorking = true;
                _work = Task.Run(work, CancellationToken.None);
            }
        }
    }

    /// <summary>The oldest input, which stays; null when there is none. For the work only.</summary>
    /// <returns>The input, or null.</returns>
    public TaskInput? Peek()
    {
        lock (_lock)
        {
            return _inputs.TryPeek(out var input) ? input : null;
        }
    }

    /// <summary>Takes the oldest input away: it was recorded. For the work only.</summary>
    public void Drop()
    {
        lock (_lock)
        {
            _ = _inputs.Dequeue();
        }
    }

    /// <summary>Asks whether there is more to do; when not, the work must end now, and the next input begins a new one.</summary>
    /// <returns>Whether there is.</returns>
    public bool GoOn()
    {
        lock (_lock)
        {
            return _isWorking = _inputs.Count > 0 && !stopping.IsCancellationRequested;
        }
    }

    /// <summary>The work ends with inputs left; the next one that is posted begins it again.</summary>
    public void Rest()
    {
        lock (_lock)
        {
            _isWorking = false;
        }
    }

    /// <summary>Waits until nothing is under way any more.</summary>
    /// <returns>A task that ends then.</returns>
    public Task StillAsync()
    {
        lock (_lock)
        {
            return _work;
        }
    }
}
