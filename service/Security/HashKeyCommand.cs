using System.Buffers.Text;
using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SpikingDetector.Core.CommandLine;
using SpikingDetector.Service.Commands;

namespace SpikingDetector.Service.Security;

/// <summary><c>hash-key [--json]</c></summary>
internal static class HashKeyCommand
{
    public const string Name = "hash-key";

    /// <summary>Tells tools that look for secrets in files what it is.</summary>
    private const string Prefix = "sd_";
    private const int RandomBytes = 32;

    public static Command Create()
    {
        Option<bool> json = Options.Json();
        var command = new Command(Name, "Make a random API key and print it once, with the hash that the configuration holds.") { json };
        command.AddExample("dotnet run --project service -- hash-key", "A key for a client");
        command.SetAction(parsed =>
        {
            string key = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
            string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
            TextWriter output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
                output.WriteLine(new JsonObject { ["key"] = key, ["sha256"] = hash }.ToJsonString());
            else
                Write(output, key, hash);
        });
        return command;
    }

    private static void Write(TextWriter output, string key, string hash)
    {
        output.WriteLine($"Key, for the client alone; it is not kept anywhere: {key}");
        output.WriteLine($"SHA-256, for the service's configuration:            {hash}");
        output.WriteLine();
        output.WriteLine("As environment variables (count on from 0 for each further key):");
        output.WriteLine("  Security__ApiKeys__0__Name=CLIENT");
        output.WriteLine($"  Security__ApiKeys__0__Sha256={hash}");
        output.WriteLine("  Security__ApiKeys__0__MayReload=false");
    }
}
