using System.Text.Json.Nodes;

namespace SpikingDetector.Core.Tests.Specs;

/// <summary>Complete, valid spec texts, and changes of single fields that reach the reader as they are written.</summary>
internal static class SpecText
{
    public const string Detection = """
        {
          "format": "spiking-detector/1",
          "name": "bccd-sg10",
          "task": "detection",
          "backbone": {
            "depth": 10, "base_channels": 64, "stem": "imagenet",
            "block": "sg", "gate": "bsg",
            "neuron": {"type": "if", "v_threshold": 1.0, "v_reset": 0.0},
            "time_steps": 4
          },
          "decoder": {"type": "asd", "channel_reduction": 16, "temporal_reduction": 1},
          "detector": {"fpn_channels": 256, "head_convs": 4, "p6_source": "c5",
            "score_threshold": 0.05, "candidates_per_level": 1000, "nms_threshold": 0.5, "max_detections": 100},
          "categories": [{"id": 1, "name": "RBC"}, {"id": 7, "name": "WBC"}],
          "input": {"height": 480, "width": 640, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
        }
        """;

    public const string Classification = """
        {
          "format": "spiking-detector/1",
          "name": "cifar",
          "task": "classification",
          "backbone": {
            "depth": 18, "base_channels": 16, "stem": "cifar", "block": "sew_add",
            "neuron": {"type": "if"}, "time_steps": 4
          },
          "decoder": {"type": "rate"},
          "labels": ["cat", "dog"],
          "input": {"height": 32, "width": 64, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
        }
        """;

    /// <summary>7B-Net as its paper has it for DVS-CIFAR10.</summary>
    public const string Events = """
        {
          "format": "spiking-detector/1",
          "name": "dvs-7b",
          "task": "classification",
          "backbone": {
            "family": "7b", "base_channels": 64, "block": "sg", "gate": "bsg",
            "neuron": {"type": "plif", "tau": 2.0}, "time_steps": 16
          },
          "decoder": {"type": "asd"},
          "labels": ["plane", "car"],
          "input": {"height": 128, "width": 256, "channels": 2}
        }
        """;

    private const string Mark = "value to replace";

    /// <summary>The text of a valid spec: of a task, or of an event network.</summary>
    public static string Of(string kind) => kind switch
    {
        "detection" => Detection,
        "events" => Events,
        _ => Classification,
    };

    /// <summary>
    /// Sets or adds a field given by its path (<c>backbone.neuron.tau</c>, <c>categories.0.id</c>). The value is put
    /// in letter by letter, so that it may be no JSON at all or bring further fields with it.
    /// </summary>
    public static string With(string spec, string path, string rawValue)
    {
        JsonNode root = JsonNode.Parse(spec)!;
        (JsonNode parent, string name) = Find(root, path);
        if (parent is JsonArray array)
            array[int.Parse(name, System.Globalization.CultureInfo.InvariantCulture)] = Mark;
        else
            parent[name] = Mark;
        return root.ToJsonString().Replace($"\"{Mark}\"", rawValue, StringComparison.Ordinal);
    }

    /// <summary>Takes a field out.</summary>
    public static string Without(string spec, string path)
    {
        JsonNode root = JsonNode.Parse(spec)!;
        (JsonNode parent, string name) = Find(root, path);
        Assert.True(parent.AsObject().Remove(name), path);
        return root.ToJsonString();
    }

    private static (JsonNode Parent, string Name) Find(JsonNode node, string path)
    {
        string[] parts = path.Split('.');
        foreach (string part in parts[..^1])
            node = node is JsonArray array ? array[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)]! : node[part]!;
        return (node, parts[^1]);
    }
}
