namespace SpikingDetector.Core.Import;

/// <summary>A tensor's name without the wrappers that say nothing about its place in the network.</summary>
internal static class SourceName
{
    /// <summary>
    /// DataParallel, DistributedDataParallel and the containers of SpikingJelly before 0.0.0.0.13 hold what they wrap as
    /// <c>module</c>, torch.compile as <c>_orig_mod</c>; both can stand anywhere.
    /// </summary>
    private static readonly HashSet<string> Wrappers = ["module", "_orig_mod"];

    /// <summary>What people call the attribute that holds the network; only dropped at the front.</summary>
    private static readonly HashSet<string> Owners = ["model", "net", "network", "state_dict"];

    public static string WithoutWrappers(string name) =>
        string.Join('.', name.Split('.').Where(segment => !Wrappers.Contains(segment)).SkipWhile(Owners.Contains));
}
