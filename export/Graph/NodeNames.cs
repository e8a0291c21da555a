namespace SpikingDetector.Export.Graph;

/// <summary>
/// Names by place: modules joined by dots as in a checkpoint, then, after a slash each, parts within the module such as
/// a time step: <c>layer1.0.sn1/t2/Add</c>. A name that is taken gets a number.
/// </summary>
internal sealed class NodeNames
{
    private readonly Dictionary<string, int> _used = [];

    private string _module = "";
    private string _part = "";

    /// <summary>Opens a module by its full path, in place of the one that is open, until the result is disposed.</summary>
    public IDisposable EnterModule(string path)
    {
        var scope = new Scope(this);
        _module = path;
        _part = "";
        return scope;
    }

    /// <summary>Opens a part of the current module until the result is disposed.</summary>
    public IDisposable EnterPart(string name)
    {
        var scope = new Scope(this);
        _part = $"{_part}/{name}";
        return scope;
    }

    /// <summary>A name in the open place that nothing else has.</summary>
    public string Unique(string name)
    {
        string path = $"{_module}{_part}";
        return Reserve(path.Length == 0 ? name : $"{path}/{name}");
    }

    /// <summary>The given name as it is, or with a number where it is taken.</summary>
    public string Reserve(string name)
    {
        if (_used.TryAdd(name, 1))
            return name;
        string numbered;
        do
        {
            numbered = $"{name}_{_used[name]++}";
        }
        while (!_used.TryAdd(numbered, 1));
        return numbered;
    }

    private sealed class Scope(NodeNames names) : IDisposable
    {
        private readonly string _outerModule = names._module;
        private readonly string _outerPart = names._part;

        public void Dispose()
        {
            names._module = _outerModule;
            names._part = _outerPart;
        }
    }
}
