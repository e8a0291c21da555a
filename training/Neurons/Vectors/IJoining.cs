namespace SpikingDetector.Training.Neurons.Vectors;

/// <summary>Whether spikes are joined with a shortcut: a type for each, so that each has a loop of its own.</summary>
internal interface IJoining
{
    static abstract bool Joins { get; }
}
