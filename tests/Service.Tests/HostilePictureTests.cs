using System.Buffers.Binary;
using System.Text;
using SpikingDetector.Core.Images;
using SpikingDetector.Core.Tests.Images;
using SpikingDetector.Service.Tests.Fuzz;

namespace SpikingDetector.Service.Tests;

/// <summary>Pictures made to do harm: to take memory or time, or to carry something through.</summary>
public sealed class HostilePictureTests(ServiceFixture fixture) : IClassFixture<ServiceFixture>
{
    /// <summary>What nothing that the service answers may hold; the reference files have texts that begin so, too.</summary>
    private const string Canary = "CANARY";

    private const string Script = "<html><script>alert('CANARY')</script></html>";

    private static readonly byte[] Jpeg = TestPictures.Encode(TestPictures.Pattern(64, 48), PictureFormat.Jpeg);
    private static readonly byte[] Png = TestPictures.Encode(TestPictures.Pattern(64, 48), PictureFormat.Png);

    /// <summary>Files of some bytes that announce more pixels than are taken.</summary>
    public static TheoryData<string, byte[]> Huge => new()
    {
        { "PNG", PngOf(50_000, 50_000) },
        { "PNG, a side of 31 bits", PngOf(int.MaxValue, 1) },
        { "WebP without loss", LosslessWebP(16_383, 16_383) },
        { "WebP", [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8 "u8, 10, 0, 0, 0, 0x50, 0, 0, 0x9D, 0x01, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F] },
        { "BMP", BmpOf(50_000, 50_000) },
        { "BMP from the top", BmpOf(50_000, -50_000) },
    };

    [Theory]
    [MemberData(nameof(Huge))]
    public async Task HugePictureOfFewBytes_IsRefusedBeforeItTakesMemory(string kind, byte[] file)
    {
        long before = GC.GetTotalAllocatedBytes();
        using HttpResponseMessage answer = await fixture.Client.PostAsync("/detect", Requests.Raw(file));

        // A decoder may refuse a size by itself, as damage.
        Assert.True((int)answer.StatusCode is 413 or 422, $"{kind}: {answer.StatusCode}");
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 50_000_000);
    }

    [Theory]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(1, int.MinValue)]
    [InlineData(-5, 5)]
    [InlineData(0, 0)]
    public async Task BmpOfImpossibleSize_IsRefused(int width, int height)
    {
        using HttpResponseMessage answer = await fixture.Client.PostAsync("/detect", Requests.Raw(BmpOf(width, height)));
        Assert.True((int)answer.StatusCode is 413 or 422, $"{answer.StatusCode}");
    }

    [Theory]
    [InlineData("iCCP", "n\0\0")]
    [InlineData("zTXt", "n\0\0")]
    [InlineData("iTXt", "n\0\u0001\0\0\0")]
    public async Task ChunkThatInflatesToMuch_TakesLittleTime(string kind, string head)
    {
        byte[] bomb = PngMutations.Deflate(new byte[25 << 20]);
        Assert.InRange(bomb.Length, 0, 290_000);
        byte[] chunk = PngMutations.Chunk(Encoding.ASCII.GetBytes(kind), [.. Encoding.Latin1.GetBytes(head), .. bomb]);
        using HttpResponseMessage answer = await fixture.Client.PostAsync("/detect", Requests.Raw(AfterHeader(Png, chunk)));
        Assert.InRange((double)(await answer.JsonAsync())["timings_ms"]!["decode"]!, 0, 2000);
    }

    [Fact]
    public async Task JpegOfVeryManyScans_IsRefusedBeforeAllAreDecoded()
    {
        List<byte[]> segments = JpegMutations.Split(FuzzFiles.Pictures["progressive.jpg"]);
        byte[] refinement = segments.Last(segment => segment[1] == 0xDA);
        await (await fixture.Client.PostAsync("/detect", Requests.Raw(Repeated(20)))).JsonAsync();
        await Problem.AssertAsync(await fixture.Client.PostAsync("/detect", Requests.Raw(Repeated(200))), 422, "undecodable-picture");

        byte[] Repeated(int times) =>
            [.. segments.SkipLast(1).SelectMany(segment => segment), .. Enumerable.Repeat(refinement, times).SelectMany(scan => scan), 0xFF, 0xD9];
    }

    [Theory]
    [InlineData("")]
    [InlineData("II")]
    [InlineData("II*\0\u00ff\u00ff\u00ff\u00ff")] // The directory lies outside.
    [InlineData("MM\0*\0\0\0\u0008\u00ff\u00ff")] // 65,535 entries that are not there.
    [InlineData("II*\0\u0008\0\0\0\u0001\0\u0012\u0001\u0003\0\u0001\0\0\0\u0063\0\0\0\0\0\0\0")] // Orientation 99.
    [InlineData("II*\0\u0008\0\0\0\0\0\u0008\0\0\0")] // The next directory is the same one.
    public async Task BrokenExif_CountsAsUpright(string tiff)
    {
        byte[] exif = Encoding.Latin1.GetBytes(tiff);
        int length = 2 + 6 + exif.Length;
        byte[] jpeg = [.. Jpeg[..2], 0xFF, 0xE1, 0, (byte)length, .. "Exif\0\0"u8, .. exif, .. Jpeg[2..]];
        foreach (byte[] file in new[] { jpeg, AfterHeader(Png, PngMutations.Chunk("eXIf"u8, exif)) })
        {
            using HttpResponseMessage answer = await fixture.Client.PostAsync("/detect", Requests.Raw(file));
            Assert.Equal(64, (int)(await answer.JsonAsync())["image"]!["width"]!);
        }
    }

    [Fact]
    public async Task PicturesOfAllKinds_AreAnswered()
    {
        foreach ((string name, byte[] file) in FuzzFiles.Pictures)
        {
            using HttpResponseMessage answer = await fixture.Client.PostAsync("/detect", Requests.Raw(file));
            Assert.True(answer.IsSuccessStatusCode, $"{name}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    [Fact]
    public async Task Polyglot_IsAPictureAndNothingElse()
    {
        byte[] script = Encoding.ASCII.GetBytes(Script);
        byte[] comment = [0xFF, 0xFE, 0, (byte)(script.Length + 2), .. script];
        foreach (byte[] file in new[] { [.. Jpeg[..2], .. comment, .. Jpeg[2..]], [.. Jpeg, .. script], AfterHeader(Png, PngMutations.Chunk("tEXt"u8, [.. "n\0"u8, .. script])) })
        {
            await AssertHarmlessAsync(await fixture.Client.PostAsync("/detect", Requests.Raw(file)), "application/json");
            await AssertHarmlessAsync(await fixture.Client.PostAcceptingAsync("/detect", Requests.Raw(file), "image/jpeg"), "image/jpeg");
            await AssertHarmlessAsync(await fixture.Client.PostAcceptingAsync("/detect", Requests.Raw(file), "image/png"), "image/png");
        }

        await AssertHarmlessAsync(await fixture.Client.PostAsync("/detect", Requests.Raw(script)), "application/problem+json");
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("rgb.png")]
    [InlineData("lossy.webp")]
    public async Task DrawnAnswer_HasNothingOfTheMetadata(string name)
    {
        byte[] file = FuzzFiles.Pictures[name];
        Assert.Contains(Canary, Encoding.Latin1.GetString(file), StringComparison.Ordinal);
        foreach (string type in new[] { "image/jpeg", "image/png" })
        {
            byte[] drawn = await AssertHarmlessAsync(await fixture.Client.PostAcceptingAsync("/detect", Requests.Raw(file), type), type);
            string text = Encoding.Latin1.GetString(drawn);
            Assert.All((string[])["Exif", "eXIf", "iCCP", "ICC_PROFILE", "tEXt", "icc "], block => Assert.DoesNotContain(block, text, StringComparison.Ordinal));
        }
    }

    private static async Task<byte[]> AssertHarmlessAsync(HttpResponseMessage answer, string type)
    {
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(type, answer.MediaType());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.DoesNotContain(Canary, Encoding.Latin1.GetString(body), StringComparison.Ordinal);
        answer.Dispose();
        return body;
    }

    private static byte[] PngOf(int width, int height)
    {
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        return [.. Png[..8], .. PngMutations.Chunk("IHDR"u8, header), .. PngMutations.Chunk("IDAT"u8, PngMutations.Deflate(new byte[1 << 20])), .. PngMutations.Chunk("IEND"u8, [])];
    }

    /// <summary>RFC 9649, 3.4: a signature, and 14 bits of each side less one.</summary>
    private static byte[] LosslessWebP(int width, int height)
    {
        byte[] file = [.. "RIFF"u8, 26, 0, 0, 0, .. "WEBPVP8L"u8, 14, 0, 0, 0, 0x2F, 0, 0, 0, 0, .. new byte[9]];
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(21), (uint)(width - 1) | (uint)(height - 1) << 14);
        return file;
    }

    private static byte[] BmpOf(int width, int height)
    {
        byte[] file = [.. FuzzFiles.Pictures["rgb.bmp"]];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        return file;
    }

    private static byte[] AfterHeader(byte[] png, byte[] chunk) => [.. png[..33], .. chunk, .. png[33..]];
}
