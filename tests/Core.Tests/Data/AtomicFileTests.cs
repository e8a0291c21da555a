using SpikingDetector.Core.Data;

namespace SpikingDetector.Core.Tests.Data;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WriteAllText_ReplacesTheOldContent_AndLeavesNothingElse()
    {
        string path = _folder.File("a.json");
        File.WriteAllText(path, "something longer than the new content");

        AtomicFile.WriteAllText(path, "new");

        Assert.Equal("new"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Write_ThatFailsInTheMiddle_LeavesTheOldContent()
    {
        string path = _folder.File("a.bin");
        File.WriteAllBytes(path, [1, 2, 3]);

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new InvalidOperationException();
        }));

        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task WriteAsync_WhileWriting_TheNameHoldsTheOldContent()
    {
        string path = _folder.File("a.bin");
        File.WriteAllBytes(path, [1]);

        await AtomicFile.WriteAsync(path, async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(new byte[] { 2, 3 }, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            Assert.Equal([1], File.ReadAllBytes(path));
        });

        Assert.Equal([2, 3], File.ReadAllBytes(path));
    }

    [Fact]
    public async Task WriteAsync_ThatIsCancelled_LeavesNothing()
    {
        string path = _folder.File("a.bin");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AtomicFile.WriteAsync(
            path, (stream, cancellationToken) => stream.WriteAsync(new byte[1], cancellationToken).AsTask(), new CancellationToken(true)));

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void WriteAllBytes_MakesMissingFolders()
    {
        string path = Path.Combine(_folder.Path, "x", "y", "a.bin");

        AtomicFile.WriteAllBytes(path, [7]);

        Assert.Equal([7], File.ReadAllBytes(path));
    }

    [Fact]
    public void WriteAllBytes_OnAFolder_SaysSo()
    {
        var exception = Assert.Throws<InvalidInputException>(() => AtomicFile.WriteAllBytes(_folder.Path, [7]));

        Assert.Contains("it is a folder", exception.Message, StringComparison.Ordinal);
    }
}
