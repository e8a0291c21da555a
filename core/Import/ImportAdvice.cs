using System.Text.RegularExpressions;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Import;

/// <summary>Usual causes of misfits.</summary>
internal static partial class ImportAdvice
{
    public static IReadOnlyList<string> For(IReadOnlyList<Misfit> misfits, ModelSpec spec)
    {
        bool detects = spec.Task == ModelTask.Detection;
        string decoder = detects ? "decoders" : "decoder";
        (bool Applies, string Sentence)[] rules =
        [
            (Any(decoder, MisfitKind.Missing, MisfitKind.Shape),
                $"The attention decoder: set decoder.type to \"rate\" in the spec, or let it begin afresh with --fresh {decoder}."),
            (Any("gate", MisfitKind.Missing),
                "The gates: set backbone.gate to \"bsg\" in the spec, or let them begin afresh with --fresh gate."),
            (Any("w", MisfitKind.Missing),
                "The neurons' learned time constants w: set backbone.neuron.type to \"if\" or \"lif\" in the spec if the source has none."),
            (Any("w", MisfitKind.Extra) && spec.Backbone.Neuron.Kind != NeuronKind.ParametricLeaky,
                "The neurons' learned time constants w: set backbone.neuron.type to \"plif\" in the spec."),
            (Any("fc", MisfitKind.Shape),
                "The classifier: give the spec the labels of the source, or let it begin afresh with --fresh fc."),
            (Any("cls_logits", MisfitKind.Shape),
                "The class logits: give the spec the categories of the source, or let them begin afresh with --fresh cls_logits."),
            (detects && Any("fc", MisfitKind.Extra),
                "The classifier of the source has no place in a detector: leave it out with --drop fc."),
            (Any("fpn", MisfitKind.Missing) && Any("head", MisfitKind.Missing),
                "Pyramid and heads: a backbone alone becomes a detector to train with --fresh fpn --fresh head."),
            (Any("p6", MisfitKind.Shape), "P6: set detector.p6_source to the other of \"c5\" and \"p5\" in the spec."),
            (misfits.Any(misfit => misfit.Kind == MisfitKind.Shape && StemWeight().IsMatch(misfit.Tensor)),
                "The first convolution: compare backbone.stem (imagenet 7×7, cifar 3×3) and backbone.base_channels with the source."),
            (misfits.Any(misfit => misfit.Kind is MisfitKind.Missing or MisfitKind.Extra && BlockWeight().IsMatch(misfit.Tensor)),
                "The blocks: compare backbone.depth with the source (10, 18, 34: two convolutions in a block; 50: three)."),
        ];
        return [.. rules.Where(rule => rule.Applies).Select(rule => rule.Sentence)];

        bool Any(string part, params MisfitKind[] kinds)
        {
            var named = new NamePart(part);
            return misfits.Any(misfit => kinds.Contains(misfit.Kind) && named.Holds(misfit.Tensor));
        }
    }

    [GeneratedRegex(@"(?<!layer\d\.\d+\.)\bconv1\.weight$")]
    private static partial Regex StemWeight();

    [GeneratedRegex(@"layer\d\.\d+\.conv\d\.(.+\.)?weight$")]
    private static partial Regex BlockWeight();
}
