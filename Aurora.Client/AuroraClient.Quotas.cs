using Aurora.Core.Messages;

namespace Aurora.Client;

public sealed partial class AuroraClient
{
    /// <summary>Lists the quotas of roles and what is used of them, page by page as they are asked for.</summary>
    /// <param name="role">A role, which gets an answer also without a quota, or a pattern with <c>*</c> and <c>?</c>; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The quotas, ordered by role.</returns>
    public IAsyncEnumerable<QuotaSummary> GetQuotasAsync(string? role, CancellationToken cancellationToken) => ByPageAsync(
        after => new GetQuotas(_options.NewCommandId(), _options.User, role, after, PageSize),
        AuroraJson.Default.QuotaPage, page => (page.Quotas, page.Next), cancellationToken);

    /// <summary>Grants a role what its production tasks may use together.</summary>
    /// <param name="role">The role.</param>
    /// <param name="quota">The grant; less than what they use now is refused (AUR2012).</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The role's quota as it is now.</returns>
    public Task<Answer<QuotaSet>> SetQuotaAsync(string role, QuotaAmount quota, CancellationToken cancellationToken) =>
        _sender.SendAsync(new SetQuota(_options.NewCommandId(), _options.User, role, quota), AuroraJson.Default.QuotaSet, cancellationToken);
}
