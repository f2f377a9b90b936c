using Aurora.Broker.Storage;
using Aurora.Broker.Storage.Migrations;
using Xunit;

namespace Aurora.Broker.Tests.Storage;

public sealed class MigrationPlanTests
{
    private static readonly Migration[] Known = [new(1, "initial", "CREATE a;\n"), new(2, "second", "CREATE b;\n"), new(3, "third", "CREATE c;\n")];

    [Fact]
    public void AFreshDatabase_GetsAllSteps() => Assert.Equal(Known, MigrationPlan.Pending([], Known));

    [Fact]
    public void ADatabaseInBetween_GetsTheRest() => Assert.Equal(Known[1..], MigrationPlan.Pending([Applied(Known[0])], Known));

    [Fact]
    public void ACurrentDatabase_GetsNothing() => Assert.Empty(MigrationPlan.Pending([.. Known.Select(Applied)], Known));

    [Fact]
    public void AStepThatWasLeftOut_IsRefused()
    {
        var refusal = Assert.Throws<StoreException>(() => MigrationPlan.Pending([Applied(Known[0]), Applied(Known[2])], Known));
        Assert.Contains("step 2 (second) was never run", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AStepThatWasChanged_IsRefused()
    {
        var refusal = Assert.Throws<StoreException>(() => MigrationPlan.Pending([Applied(Known[0] with { Sql = "x" })], [new(1, "initial", "y")]));
        Assert.Contains("must not change", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ANewerDatabase_IsRefused()
    {
        var refusal = Assert.Throws<StoreException>(() => MigrationPlan.Pending([.. Known.Select(Applied)], Known[..2]));
        Assert.Contains("at step 3 (third)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheChecksum_IgnoresLineEnds_AndNothingElse()
    {
        Assert.Equal(new Migration(1, "a", "x\ny\n").Checksum, new Migration(1, "a", "x\r\ny\r\n").Checksum);
        Assert.NotEqual(new Migration(1, "a", "x\ny\n").Checksum, new Migration(1, "a", "x\ny \n").Checksum);
    }

    private static AppliedMigration Applied(Migration step) => new() { Number = step.Number, Name = step.Name, Checksum = new Migration(step.Number, step.Name, step.Sql).Checksum };
}
