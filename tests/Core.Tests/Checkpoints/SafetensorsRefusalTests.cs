using System.Buffers.Binary;
using System.Text;
using SpikingDetector.Core.Checkpoints;

namespace SpikingDetector.Core.Tests.Checkpoints;

/// <summary>A damaged file is refused with a sentence that names the file and what is wrong in it.</summary>
public sealed class SafetensorsRefusalTests : IDisposable
{
    private const string Valid =
        """{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_TheFileThatTheOthersAreDamagedFrom_IsRead()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Save(RawSafetensors.Of(Valid, 12)));

        Assert.Equal(["a", "b"], file.Tensors.Keys);
        Assert.Equal(4, file.ReadBytes("b").Length);
    }

    [Fact]
    public void Open_NoFile_IsNamed()
    {
        string path = _folder.File("none.safetensors");

        Assert.Equal($"There is no file '{path}'; expected a .safetensors file.", Assert.Throws<InvalidInputException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Open_LessThanALength_IsRefused(int length) =>
        Assert.Contains($"{length} bytes are too few", Refusal(RawSafetensors.Of(Valid, 12)[..length]), StringComparison.Ordinal);

    [Theory]
    [InlineData(1_000UL)]
    [InlineData(int.MaxValue)]
    [InlineData((ulong)uint.MaxValue + 1)]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    public void Open_AHeaderLongerThanTheFile_IsRefused(ulong headerLength)
    {
        byte[] file = RawSafetensors.Of(Valid, 12);
        BinaryPrimitives.WriteUInt64LittleEndian(file, headerLength);

        Assert.Contains($"the header claims {headerLength} bytes, but the file has {file.Length - 8}", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ALengthAlone_IsRefused() => Assert.Contains("the header is empty", Refusal(new byte[8]), StringComparison.Ordinal);

    [Fact]
    public void Open_CutInTheHeader_IsRefused() => Assert.Contains(
        "it was cut short", Refusal(RawSafetensors.Of(Valid, 12)[..(8 + Valid.Length / 2)]), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void Open_CutInTheData_IsRefused(int data) => Assert.Contains(
        $"the header promises 12 bytes of data, but the file has {data}", Refusal(RawSafetensors.Of(Valid, data)), StringComparison.Ordinal);

    [Fact]
    public void Open_BytesAfterTheData_AreRefused() => Assert.Contains(
        "the header describes 12 bytes of data, but the file has 13", Refusal(RawSafetensors.Of(Valid, 13)), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"data_offsets\":[8,12]", "\"data_offsets\":[4,8]", "tensor 'b' begins at byte 4 of the data, but the one before ends at 8")]
    [InlineData("\"data_offsets\":[8,12]", "\"data_offsets\":[0,4]", "begins at byte 0 of the data, but the one before ends at 4")]
    [InlineData("\"data_offsets\":[8,12]", "\"data_offsets\":[9,13]", "tensor 'b' begins at byte 9 of the data, but the one before ends at 8")]
    [InlineData("\"data_offsets\":[0,8]", "\"data_offsets\":[8,0]", "tensor 'a' has shape [2] of F32, which is 8 bytes, but data_offsets 8 to 0")]
    [InlineData("\"data_offsets\":[0,8]", "\"data_offsets\":[-8,0]", "tensor 'a' has data_offsets that are no list of whole numbers from 0")]
    [InlineData("\"data_offsets\":[0,8]", "\"data_offsets\":[0,9223372036854775808]", "tensor 'a' has data_offsets that are no list of whole numbers from 0")]
    [InlineData("\"data_offsets\":[0,8]", "\"data_offsets\":[0]", "tensor 'a' must have a dtype, a shape and two data_offsets")]
    [InlineData("\"data_offsets\":[0,8]", "\"data_offsets\":[0,4,8]", "tensor 'a' must have a dtype, a shape and two data_offsets")]
    [InlineData("\"data_offsets\":[0,8]", "\"data_offsets\":\"0,8\"", "tensor 'a' has data_offsets that are no list of whole numbers from 0")]
    [InlineData("\"shape\":[2]", "\"shape\":[-2]", "tensor 'a' has a shape that is no list of whole numbers from 0")]
    [InlineData("\"shape\":[2]", "\"shape\":[2.5]", "tensor 'a' has a shape that is no list of whole numbers from 0")]
    [InlineData("\"shape\":[2]", "\"shape\":2", "tensor 'a' has a shape that is no list of whole numbers from 0")]
    [InlineData("\"shape\":[2]", "\"shape\":[3]", "tensor 'a' has shape [3] of F32, which is 12 bytes, but data_offsets 0 to 8")]
    [InlineData("\"shape\":[2]", "\"shape\":[4294967296,4294967296]", "tensor 'a' has a shape whose size overflows")]
    [InlineData("\"shape\":[2]", "\"shape\":[9223372036854775807,9223372036854775807,9223372036854775807]", "tensor 'a' has a shape whose size overflows")]
    [InlineData("\"shape\":[2]", "\"shape\":[4611686018427387906]", "tensor 'a' has a shape whose size overflows")]
    [InlineData("\"shape\":[2],", "", "tensor 'a' must have a dtype, a shape and two data_offsets")]
    [InlineData("\"F32\"", "\"F33\"", "tensor 'a' has the unknown dtype 'F33'; known are BOOL, U8,")]
    [InlineData("\"F32\"", "32", "tensor 'a' has a dtype that is no text")]
    [InlineData("\"shape\":[2]", "\"form\":[2]", "tensor 'a' has an unexpected field 'form'")]
    [InlineData("\"shape\":[2]", "\"shape\":[2],\"shape\":[2]", "the header is not valid JSON")]
    [InlineData("\"b\":", "\"a\":", "the header is not valid JSON")]
    [InlineData("{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", "[]", "tensor 'a' must be described by an object")]
    [InlineData("{\"k\":\"v\"}", "{\"k\":1}", "metadata 'k' must be a text, but is 1")]
    [InlineData("{\"k\":\"v\"}", "{\"k\":{}}", "metadata 'k' must be a text, but is {}")]
    [InlineData("{\"k\":\"v\"}", "\"v\"", "'__metadata__' must be an object of texts")]
    [InlineData("\"v\"", "\"\\ud800\"", "the header is not valid JSON")]
    [InlineData("\"b\"", "\"\\udc00\"", "the header is not valid JSON")]
    public void Open_AHeaderThatLies_NamesTheTensor(string part, string instead, string expected)
    {
        Assert.Contains(part, Valid, StringComparison.Ordinal);

        string message = Refusal(RawSafetensors.Of(Valid.Replace(part, instead, StringComparison.Ordinal), 12));

        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("{")]
    [InlineData("hello")]
    [InlineData("{} {}")]
    public void Open_AHeaderThatIsNoJson_IsRefused(string header) =>
        Assert.Contains("the header is not valid JSON", Refusal(RawSafetensors.Of(header, 0)), StringComparison.Ordinal);

    [Fact]
    public void Open_AHeaderThatIsNoUtf8_IsRefused()
    {
        byte[] header = Encoding.UTF8.GetBytes(Valid);
        header[Valid.IndexOf("\"v\"", StringComparison.Ordinal) + 1] = 0xFF;

        Assert.Contains("the header is not valid JSON", Refusal(RawSafetensors.Of(header, 12)), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AHeaderThatIsNoObject_IsRefused() =>
        Assert.Contains("the header must be a JSON object", Refusal(RawSafetensors.Of("[]", 0)), StringComparison.Ordinal);

    [Fact]
    public void Open_ANestedHeader_IsRefused() => Assert.Contains(
        "the header is not valid JSON", Refusal(RawSafetensors.Of(new string('[', 100_000), 0)), StringComparison.Ordinal);

    private string Refusal(byte[] file)
    {
        string path = Save(file);
        string message = Assert.Throws<InvalidInputException>(() => SafetensorsFile.Open(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        return message;
    }

    private string Save(byte[] file)
    {
        string path = _folder.File("damaged.safetensors");
        File.WriteAllBytes(path, file);
        return path;
    }
}
