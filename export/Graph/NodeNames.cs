namespace SpikingDetector.Export.Graph;

/// <summary>
/// Names by place: modules joined by dots as in a checkpoint, then, after a slash each, parts within the module such as
/// a time step: <c>layer1.0.sn1/t2/Add</c>. A name that is taken gets a number.
/// </summary>
internal sealed class NodeNames
{
    private readonly Dictionary<string, int> _used = [];

    /// <summary>The open modules joined by dots; empty at the top.</summary>
    public string Module { get; private set; } = "";

    /// <summary>The open parts within the module, each with a slash before it.</summary>
    private string Part { get; set; } = "";

    /// <summary>Opens a module, one name or several joined by dots, until the result is disposed.</summary>
    public IDisposable EnterModule(string name)
    {
        var scope = new Scope(this);
        Module = Qualify(name);
        Part = "";
        return scope;
    }

    /// <summary>Opens a part of the current module until the result is disposed.</summary>
    public IDisposable EnterPart(string name)
    {
        var scope = new Scope(this);
        Part = $"{Part}/{name}";
        return scope;
    }

    /// <summary><paramref name="name"/> with the open modules before it, as tensors of a checkpoint are called.</summary>
    public string Qualify(string name) => Module.Length == 0 ? name : $"{Module}.{name}";

    /// <summary>A name here that nothing else has.</summary>
    public string Unique(string name)
    {
        string path = $"{Module}{Part}";
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
        private readonly string _module = names.Module;
        private readonly string _part = names.Part;

        public void Dispose()
        {
            names.Module = _module;
            names.Part = _part;
        }
    }
}
