namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>Spikes are joined with a shortcut.</summary>
internal readonly struct Joined : IJoining
{
    public static bool Joins => true;
}
