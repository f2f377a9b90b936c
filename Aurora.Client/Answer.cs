namespace Aurora.Client;

/// <summary>What the broker answered to a command that it carried out.</summary>
/// <typeparam name="T">The result's type.</typeparam>
/// <param name="Message">In words for people, for example <c>1 new tasks pending for job …</c>.</param>
/// <param name="Result">The result.</param>
public sealed record Answer<T>(string Message, T Result);
