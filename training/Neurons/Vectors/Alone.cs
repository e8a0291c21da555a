namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>Spikes leave as they are.</summary>
internal readonly struct Alone : IJoining
{
    public static bool Joins => false;
}
