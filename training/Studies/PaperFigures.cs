namespace SpikingDetector.Training.Studies;

/// <summary>Top-1 accuracy on CIFAR-100 at T = 4, 64 base channels and 200 epochs, 0…1 (Zhang et al. 2023, Tables 6 to 9).</summary>
internal static class PaperFigures
{
    private static readonly Dictionary<(string Variant, int Depth), double> Accuracies = Of(
        (Variant.SpikeGate, 0.7319, 0.7486, 0.7564),
        (Variant.RateDecoded, 0.7268, 0.7462, 0.7501),
        (Variant.LearnedGate, 0.7175, 0.7371, 0.7421),
        (Variant.Spiking, 0.7300, 0.7436, 0.3205),
        (Variant.SewIand, 0.7196, 0.7389, 0.738),
        (Variant.SewAdd, 0.7302, 0.7490, 0.7593));

    /// <summary>The paper's figure, or null where it has none.</summary>
    public static double? Accuracy(Variant variant, int depth) =>
        Accuracies.TryGetValue((variant.Name, depth), out double figure) ? figure : null;

    private static Dictionary<(string Variant, int Depth), double> Of(params (Variant Variant, double At10, double At18, double At34)[] rows) =>
        rows.SelectMany(row => ((int Depth, double Figure)[])[(10, row.At10), (18, row.At18), (34, row.At34)], (row, cell) => (row.Variant, cell))
            .ToDictionary(pair => (pair.Variant.Name, pair.cell.Depth), pair => pair.cell.Figure);
}
