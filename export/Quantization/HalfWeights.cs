using SpikingDetector.Core;

namespace SpikingDetector.Export.Quantization;

/// <summary>Weights of float16.</summary>
internal static class HalfWeights
{
    /// <summary>Rounds each to the nearest float16, ties to even.</summary>
    /// <param name="weights">Of magnitudes up to 65504.</param>
    /// <param name="name">What they are, for the message.</param>
    /// <param name="path">Where they are from, for the message.</param>
    /// <exception cref="InvalidInputException">A weight is larger, or not a number.</exception>
    public static Half[] Round(ReadOnlySpan<float> weights, string name, string path)
    {
        var rounded = new Half[weights.Length];
        for (int i = 0; i < rounded.Length; i++)
        {
            if (!(MathF.Abs(weights[i]) <= (float)Half.MaxValue))
            {
                throw new InvalidInputException(FormattableString.Invariant(
                    $"{path}: '{name}', with its batch normalisation folded in, holds {weights[i]}, and float16 ends at {(float)Half.MaxValue}; choose another --precision."));
            }

            rounded[i] = (Half)weights[i];
        }

        return rounded;
    }
}
