namespace SpikingDetector.Training.Neurons;

/// <summary>The smooth step whose derivative stands for the Heaviside step's in the backward pass.</summary>
internal enum SurrogateKind
{
    /// <summary>arctan(π/2·α·x)/π + 1/2.</summary>
    Arctan,

    /// <summary>1/(1 + exp(−α·x)).</summary>
    Sigmoid,
}
