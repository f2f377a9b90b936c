namespace Aurora.Messaging.RabbitMq;

/// <summary>Every name that we put on the wire beside queue names. They never change their meaning; a new meaning takes a new name.</summary>
internal static class Headers
{
    /// <summary>The message's name; a string. The message's id travels in AMQP's own message-id property, as a GUID with dashes.</summary>
    public const string Name = "aurora-name";

    /// <summary>The message's version; an integer from 1.</summary>
    public const string Version = "aurora-version";

    /// <summary>On dead letters: why the message was given up.</summary>
    public const string Reason = "aurora-reason";

    /// <summary>On dead letters: the queue that the message came from.</summary>
    public const string SourceQueue = "aurora-source-queue";

    /// <summary>The name of the message with which a bus checks that its own consumer still hears.</summary>
    public const string ProbeName = "_probe";

    /// <summary>The name that a dead letter without a readable name is delivered under.</summary>
    public const string UnreadableName = "_unreadable";

    /// <summary>The content type of every body.</summary>
    public const string ContentType = "application/json";

    /// <summary>The pseudo queue of AMQP's direct reply-to.</summary>
    public const string DirectReplyTo = "amq.rabbitmq.reply-to";
}
