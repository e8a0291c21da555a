using System.Text;
using Google.Protobuf;
using SpikingDetector.Proto;
using AttributeType = SpikingDetector.Proto.AttributeProto.Types.AttributeType;

namespace SpikingDetector.Export.Graph;

/// <summary>Attributes of nodes by the type of their values.</summary>
internal static class Attributes
{
    public static AttributeProto Int(string name, long value) =>
        new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Float(string name, float value) =>
        new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Ints(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeType.Ints };
        foreach (long value in values)
            attribute.Ints.Add(value);
        return attribute;
    }

    public static AttributeProto Text(string name, string value) =>
        new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFrom(value, Encoding.UTF8) };
}
