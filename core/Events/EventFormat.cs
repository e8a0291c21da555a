namespace SpikingDetector.Core.Events;

/// <summary>The formats of event data that are read.</summary>
public enum EventFormat
{
    /// <summary>AEDAT: the events themselves. Version 2.0 is read, others are recognised.</summary>
    Aedat,

    /// <summary>NumPy's array file: event frames.</summary>
    Npy,

    /// <summary>NumPy's archive of arrays, as SpikingJelly caches event frames.</summary>
    Npz,
}
