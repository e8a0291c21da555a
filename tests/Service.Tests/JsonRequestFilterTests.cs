using System.Buffers;
using System.Text;
using SpikingDetector.Service.OpenInference;
using SpikingDetector.Service.Problems;

namespace SpikingDetector.Service.Tests;

/// <summary>How much of a request's text is kept while the rest of it is on its way.</summary>
public sealed class JsonRequestFilterTests
{
    private static readonly ModelTensor Tensor = new("image", Datatype.UInt8, [64, 64, 3]);

    [Fact]
    public void Numbers_AreDoneWithAsTheyCome()
    {
        using var rows = new InputRows(null!, Tensor, 1);
        using var filter = new JsonRequestFilter(Tensor, rows);
        byte[] text = Encoding.UTF8.GetBytes($$"""{"inputs": [{"data": [{{string.Join(", ", Enumerable.Repeat("7", 10_000))}}, 25""");

        Assert.Equal(text.Length - ", 25".Length, filter.Read(new ReadOnlySequence<byte>(text), isFinal: false));
        Assert.Equal(10_000, rows.Count);
    }

    /// <summary>Waiting for its end would search it anew with each piece that comes.</summary>
    [Theory]
    [InlineData("{\"id\": \"")]
    [InlineData("{\"")]
    [InlineData("{\"inputs\": [{\"data\": [1")]
    public void TokenWithoutEnd_IsRefused(string start)
    {
        using var rows = new InputRows(null!, Tensor, 1);
        using var filter = new JsonRequestFilter(Tensor, rows);
        byte[] text = Encoding.UTF8.GetBytes(start + new string('1', 70_000));

        var problem = Assert.Throws<ProblemException>(() => filter.Read(new ReadOnlySequence<byte>(text), isFinal: false));
        Assert.Equal(ProblemType.MalformedRequest, problem.Type);
    }
}
