using SpikingDetector.Core.Architecture;
using SpikingDetector.Core.Checkpoints;
using SpikingDetector.Core.Specs;

namespace SpikingDetector.Core.Import;

/// <summary>
/// The tensors of a state dictionary matched by name with those of a spec's network: each tensor of the network has exactly
/// one of the source, of the same shape, or is asked to begin afresh; what is left over or does not fit is a misfit.
/// </summary>
public sealed class StateImport
{
    private readonly SafetensorsFile _source;
    private readonly ImportRequest _request;
    private readonly NameTable _names;
    private readonly List<ImportedTensor> _tensors = [];
    private readonly List<DroppedTensor> _dropped = [];
    private readonly List<TensorShape> _fresh = [];
    private readonly List<Misfit> _misfits = [];
    private readonly Dictionary<string, float[]> _values = [];

    private StateImport(SafetensorsFile source, ImportRequest request)
    {
        _source = source;
        _request = request;
        var network = NetworkLayout.Of(request.Spec);
        _names = new NameTable(network);
        IReadOnlyList<TensorShape> targets = TensorLayout.Of(network);
        CheckParts("--fresh", request.Fresh, targets.Select(tensor => tensor.Name), "the spec's network");
        CheckParts("--drop", request.Drop, source.Tensors.Keys.Select(SourceName.WithoutWrappers), source.Path);
        ILookup<string, TensorEntry> claims = Match();
        foreach (TensorShape target in targets)
            Fill(target, [.. claims[target.Name]]);
    }

    /// <summary>In the order of the checkpoint.</summary>
    public IReadOnlyList<ImportedTensor> Tensors => _tensors;

    public IReadOnlyList<DroppedTensor> Dropped => _dropped;

    /// <summary>Tensors that the request wants fresh.</summary>
    public IReadOnlyList<TensorShape> Fresh => _fresh;

    /// <summary>Where the source's program may compute something else than this project, although all tensors fit.</summary>
    public IReadOnlyList<string> Notes => _request.Spec.Backbone is { Block: BlockKind.SewIand, Depth: 50 }
        ?
        [
            "the bottleneck of SpikingJelly's sew_resnet50 computes out·(1 − identity) for IAND, this project, as the paper and its "
            + "authors' own code, identity·(1 − out): a network trained with the former gives other outputs here.",
        ]
        : [];

    /// <summary>Empty where the import can be written.</summary>
    public IReadOnlyList<Misfit> Misfits => _misfits;

    /// <summary>What to change so that the misfits fit: a sentence for each kind of misfit that has a usual cause.</summary>
    public IReadOnlyList<string> Advice => ImportAdvice.For(_misfits, _request.Spec);

    /// <summary>Matches the names and reads all values.</summary>
    /// <exception cref="InvalidInputException">A part of the request names nothing.</exception>
    public static StateImport Of(SafetensorsFile source, ImportRequest request) => new(source, request);

    /// <summary>The values of an imported tensor, row-major; null where the tensor is to be fresh.</summary>
    public float[]? Values(string target) => _values.GetValueOrDefault(target);

    private static void CheckParts(string option, IReadOnlyList<NamePart> parts, IEnumerable<string> names, string where)
    {
        string[] all = [.. names];
        foreach (NamePart part in parts)
        {
            if (!all.Any(part.Holds))
                throw new InvalidInputException($"{option} {part.Name}: {where} has no tensor with '{part.Name}' in its path.");
        }
    }

    /// <summary>Sorts the source's tensors: those that claim a place in the checkpoint, by that place, are returned.</summary>
    private ILookup<string, TensorEntry> Match()
    {
        var claims = new List<(string Target, TensorEntry Entry)>();
        foreach (TensorEntry entry in _source.Tensors.Values)
        {
            string name = SourceName.WithoutWrappers(entry.Name);
            string? target = _names.Target(name);
            NamePart? dropped = _request.Drop.FirstOrDefault(part => part.Holds(name));
            if (dropped is not null)
                _dropped.Add(new(entry.Name, $"--drop {dropped.Name}"));
            else if (target is not null && FreshPart(target) is { } fresh)
                _dropped.Add(new(entry.Name, $"--fresh {fresh.Name}"));
            else if (target is not null)
                claims.Add((target, entry));
            else if (_names.ReasonToDrop(name) is { } reason)
                _dropped.Add(new(entry.Name, reason));
            else
                AddMisfit(MisfitKind.Extra, entry.Name, $"shape {Format(entry.Shape)}, the spec's network has no place for it");
        }

        return claims.ToLookup(claim => claim.Target, claim => claim.Entry);
    }

    private void Fill(TensorShape target, TensorEntry[] sources)
    {
        if (FreshPart(target.Name) is not null)
            _fresh.Add(target);
        else if (sources is [TensorEntry source])
            Fill(target, source);
        else if (sources.Length == 0)
            AddMisfit(MisfitKind.Missing, target.Name, $"expected with shape {Format(target.Shape)}");
        else
            AddMisfit(MisfitKind.Duplicate, target.Name, $"claimed by {string.Join(" and ", sources.Select(entry => entry.Name))}");
    }

    private void Fill(TensorShape target, TensorEntry source)
    {
        string from = source.Name == target.Name ? "" : $" in {source.Name}";
        bool scalar = target.Shape.Count == 0 && source.Shape is [1];
        if (!scalar && !source.Shape.SequenceEqual(target.Shape))
        {
            AddMisfit(MisfitKind.Shape, target.Name, $"expected {Format(target.Shape)}, found {Format(source.Shape)}{from}");
            return;
        }

        string type = TensorTypes.Name(source.Type);
        if (!SingleValues.CanRead(source.Type))
        {
            AddMisfit(MisfitKind.Type, target.Name, $"expected F32, F16, BF16 or F64, found {type}{from}");
            return;
        }

        float[] values = SingleValues.Of(source.Type, _source.ReadBytes(source.Name));
        if (ValueProblem(target, values) is { } problem)
        {
            AddMisfit(MisfitKind.Value, target.Name, problem + from);
            return;
        }

        string[] changes =
        [
            .. source.Type == TensorType.Float32 ? (string[])[] : [$"{type} to F32"],
            .. scalar ? (string[])["[1] to a scalar"] : [],
        ];
        _tensors.Add(new(source.Name, target.Name, target.Shape, changes.Length == 0 ? null : string.Join(", ", changes)));
        _values.Add(target.Name, values);
    }

    private static string? ValueProblem(TensorShape target, float[] values)
    {
        int first = Array.FindIndex(values, value => !float.IsFinite(value));
        if (first >= 0)
            return $"{values.Count(value => !float.IsFinite(value))} of {values.Length} values are NaN, infinite or beyond float32, the first at index {first}";
        if (!target.Name.EndsWith(".running_var", StringComparison.Ordinal))
            return null;
        first = Array.FindIndex(values, value => value < 0);
        return first < 0 ? null : $"a variance is negative, at index {first}";
    }

    private NamePart? FreshPart(string target) => _request.Fresh.FirstOrDefault(part => part.Holds(target));

    private void AddMisfit(MisfitKind kind, string tensor, string text) => _misfits.Add(new(kind, tensor, text));

    private static string Format(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";
}
