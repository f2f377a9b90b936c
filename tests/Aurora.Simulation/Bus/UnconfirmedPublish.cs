using Aurora.Simulation.Engine;

namespace Aurora.Simulation.Bus;

/// <summary>A publish whose sender waits for the server's word, and gets it once.</summary>
internal sealed class UnconfirmedPublish(Life owner, Action<bool> confirmed)
{
    private bool _told;

    public void Tell(bool isThere)
    {
        if (_told)
            return;
        _told = true;
        owner.Do(() => confirmed(isThere));
    }
}
