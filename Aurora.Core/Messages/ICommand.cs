namespace Aurora.Core.Messages;

/// <summary>
/// A request to the leading broker. Commands that change something are applied once per <see cref="CommandId"/>: sent again (a retry, a redelivery)
/// they get the reply of the first time. The reply to every request is a <see cref="Reply"/>.
/// </summary>
public interface ICommand
{
    /// <summary>Made by the client, once per intent.</summary>
    Guid CommandId { get; }

    /// <summary>The operating-system or signed-in user on whose behalf it is sent; recorded in histories.</summary>
    string User { get; }
}
