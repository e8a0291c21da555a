using SpikingDetector.Core;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Import;
using SpikingDetector.Core.Specs;
using SpikingDetector.Training.Networks;

namespace SpikingDetector.Training.Runs;

/// <summary>
/// A checkpoint whose weights a training starts with (<c>train --init</c>): of the same network, or a classifier as the backbone
/// of a detector. What belongs to other classes or another decoder, and what a classifier lacks, begins afresh.
/// </summary>
internal sealed class StartWeights
{
    private readonly string _path;
    private readonly string _sha256;
    private readonly int _used;
    private readonly string _fresh;

    private StartWeights(string path, string sha256, int used, string fresh)
    {
        _path = path;
        _sha256 = sha256;
        _used = used;
        _fresh = fresh;
    }

    /// <summary>Keys of <see cref="ToMetadata"/>.</summary>
    public static IReadOnlyList<string> MetadataKeys { get; } = ["init", "init_sha256"];

    /// <summary>Overwrites fresh weights with those of the checkpoint.</summary>
    /// <exception cref="InvalidInputException">A tensor is missing, left over or wrong; the weights are as they were.</exception>
    public static StartWeights Take(string path, Weights weights)
    {
        ModelSpec spec = weights.Network.Spec;
        using Checkpoint checkpoint = Checkpoint.Open(path);
        (string[] fresh, string[] drop, string why) = LeftOut(checkpoint.Spec, spec, path);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        var import = StateImport.Of(file, new ImportRequest(spec)
        {
            Fresh = [.. fresh.Select(part => new NamePart(part))],
            Drop = [.. drop.Select(part => new NamePart(part))],
        });
        if (import.Misfits is [Misfit first, ..])
        {
            string more = import.Misfits.Count == 1 ? "" : $", and {import.Misfits.Count - 1} more";
            throw new InvalidInputException(
                $"--init {path} does not fit {spec.Name}: {first}{more}; change the recipe's model, or make a checkpoint that fits with "
                + "the command import and its --fresh and --drop.");
        }

        foreach (ImportedTensor tensor in import.Tensors)
            Weights.Assign(weights[tensor.Target], import.Values(tensor.Target)!);
        string names = fresh.Length == 0 ? "" : $"; left out {string.Join(", ", fresh)}, which {(fresh.Length == 1 ? "begins" : "begin")} afresh{why}";
        return new StartWeights(path, file.ComputeSha256(), import.Tensors.Count, names);
    }

    /// <summary>In words, what was taken and what begins afresh.</summary>
    public override string ToString() => $"starting with {_used} tensors of {_path}{_fresh}";

    /// <summary>The file's name and SHA-256, for the training's checkpoints.</summary>
    public IEnumerable<KeyValuePair<string, string>> ToMetadata() =>
        MetadataKeys.Zip([Path.GetFileName(_path), _sha256], (key, value) => KeyValuePair.Create(key, value));

    private static (string[] Fresh, string[] Drop, string Why) LeftOut(ModelSpec source, ModelSpec target, string path)
    {
        if (source.Task == ModelTask.Classification && target.Task == ModelTask.Detection)
        {
            string[] decoders = target.Decoder.Kind == DecoderKind.Attention ? ["backbone.decoders"] : [];
            string[] decoder = source.Decoder.Kind == DecoderKind.Attention ? ["decoder"] : [];
            return ([.. decoders, "backbone.fpn", "head"], ["fc", .. decoder], ", because a classifier has a backbone alone");
        }

        if (source.Task != target.Task)
            throw new InvalidInputException($"--init {path} is a detector; a classifier can start with a classifier only.");
        var fresh = new List<string>();
        var drop = new List<string>();
        var why = new List<string>();
        if (!source.Labels.SequenceEqual(target.Labels) || !source.Categories.SequenceEqual(target.Categories))
        {
            fresh.Add(target.Task == ModelTask.Detection ? "head.classification_head.cls_logits" : "fc");
            drop.Add(fresh[^1]);
            why.Add($"its {source.ClassCount} classes are not the {target.ClassCount} of the data in their order");
        }

        if (!HaveOneDecoder(source, target))
        {
            string decoders = target.Task == ModelTask.Detection ? "backbone.decoders" : "decoder";
            if (target.Decoder.Kind == DecoderKind.Attention)
                fresh.Add(decoders);
            if (source.Decoder.Kind == DecoderKind.Attention)
                drop.Add(decoders);
            why.Add("its decoder is another one");
        }

        return ([.. fresh], [.. drop], why.Count == 0 ? "" : $", because {string.Join(" and ", why)}");
    }

    /// <summary>Rate decoding has no weights; those of ASD depend on its reductions and the time steps.</summary>
    private static bool HaveOneDecoder(ModelSpec source, ModelSpec target) => source.Decoder.Kind == target.Decoder.Kind
        && (source.Decoder.Kind == DecoderKind.Rate
            || (source.Decoder == target.Decoder && source.Backbone.TimeSteps == target.Backbone.TimeSteps));
}
