using SpikingDetector.Core;

namespace SpikingDetector.Export;

/// <summary>Names of <see cref="GraphPasses"/> on the command line.</summary>
public static class GraphPassNames
{
    private static readonly Dictionary<string, GraphPasses> ByName = new()
    {
        ["fold-normalisation"] = GraphPasses.FoldNormalisation,
        ["stem-once"] = GraphPasses.StemOnce,
        ["closed-form"] = GraphPasses.ClosedForm,
        ["or-gate"] = GraphPasses.OrGate,
        ["share-constants"] = GraphPasses.ShareConstants,
        ["remove-unread"] = GraphPasses.RemoveUnread,
    };

    /// <summary>All names, for a help text.</summary>
    public static string All => string.Join(", ", ByName.Keys);

    /// <summary>All passes but those that are named.</summary>
    /// <exception cref="InvalidInputException">There is none of a name.</exception>
    public static GraphPasses Without(IEnumerable<string> names) => names.Aggregate(GraphPasses.All, (passes, name) =>
        ByName.TryGetValue(name, out GraphPasses pass)
            ? passes & ~pass
            : throw new InvalidInputException($"There is no graph pass '{name}'; expected one of {All}."));
}
