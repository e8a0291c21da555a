using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace SpikingDetector.Service.RateLimiting;

/// <summary>Who is limited together: the bearer of a key, else an address.</summary>
/// <param name="Key">Name of the key; null without one.</param>
/// <param name="Network">
/// The IPv4 address, or the first 64 bits of the IPv6 address: providers give a customer that many, and whoever has one has them all.
/// </param>
/// <param name="IsV6">Of which kind the network is.</param>
internal readonly record struct ClientIdentity(string? Key, ulong Network, bool IsV6)
{
    public static ClientIdentity Of(HttpContext context) => context.User.Identity is { IsAuthenticated: true, Name: { } name }
        ? new ClientIdentity(name, 0, IsV6: false)
        : Of(context.Connection.RemoteIpAddress ?? IPAddress.None);

    public static ClientIdentity Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(bytes, out _);
        if (address.IsIPv4MappedToIPv6)
            return new ClientIdentity(Key: null, BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]), IsV6: false);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? new ClientIdentity(Key: null, BinaryPrimitives.ReadUInt32BigEndian(bytes), IsV6: false)
            : new ClientIdentity(Key: null, BinaryPrimitives.ReadUInt64BigEndian(bytes), IsV6: true);
    }
}
