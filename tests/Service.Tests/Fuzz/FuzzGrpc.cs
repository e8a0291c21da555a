using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using SpikingDetector.Service.Grpc.Messages;

namespace SpikingDetector.Service.Tests.Fuzz;

/// <summary>gRPC calls whose messages or frames are not as they should be.</summary>
internal static class FuzzGrpc
{
    private const string Service = "/inference.GRPCInferenceService";
    private const byte DataFrame = 0, HeadersFrame = 1, SettingsFrame = 4, EndStream = 1, EndHeaders = 4;

    private static readonly string[] Methods = ["ModelInfer", "ModelInfer", "ModelInfer", "ModelInfer", "ModelMetadata", "ModelReady", "ServerLive", "Nothing"];

    /// <summary>A well-framed call with a mutated message.</summary>
    public static FuzzCase Call(int seed, Dice dice) =>
        new(seed, "gRPC", FuzzTarget.Grpc, Framed(dice), IsWhole: true, $"{Service}/{dice.Pick<string>(Methods)}");

    /// <summary>A connection with mutated frames of HTTP/2.</summary>
    public static FuzzCase Connection(int seed, Dice dice)
    {
        byte[][] frames =
        [
            Frame(SettingsFrame, 0, 0, []),
            Frame(HeadersFrame, EndHeaders, 1, HeaderBlock(dice)),
            Frame(DataFrame, EndStream, 1, Framed(dice)),
        ];
        List<byte[]> changed = [.. frames];
        for (int i = dice.Below(3); i >= 0; i--)
        {
            int place = dice.Below(changed.Count);
            switch (dice.Below(4))
            {
                case 0:
                    PartMutations.Mutate(changed, frames, dice);
                    break;
                case 1:
                    changed.Insert(place, Frame((byte)dice.Below(12), (byte)dice.Below(256), (int)(dice.Extreme() & 0x7FFF_FFFF), dice.Bytes(dice.Below(40))));
                    break;
                default:
                    changed[place] = ByteMutations.Mutate(changed[place], dice);
                    break;
            }

            if (changed.Count == 0)
                break;
        }

        byte[] bytes = [.. dice.Chance(95) ? "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray() : dice.Bytes(24), .. changed.SelectMany(frame => frame)];
        return new FuzzCase(seed, "HTTP/2", FuzzTarget.Http2, bytes, IsWhole: false);
    }

    /// <summary>A message with the five bytes that stand before it, which may lie.</summary>
    private static byte[] Framed(Dice dice)
    {
        byte[] message = Message(dice).ToByteArray();
        if (dice.Chance(60))
            message = ByteMutations.Mutate(message, dice);
        byte[] prefix = [(byte)(dice.Chance(92) ? 0 : dice.Pick(1, 2, 255)), 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(1), dice.Chance(88) ? (uint)message.Length : unchecked((uint)dice.Extreme()));
        return dice.Chance(95) ? [.. prefix, .. message] : [.. prefix, .. message, .. prefix, .. message];
    }

    private static ModelInferRequest Message(Dice dice)
    {
        (int height, int width) = FuzzModels.ClassifierInput;
        var input = new ModelInferRequest.Types.InferInputTensor { Name = dice.Pick("image", "image", "", "x"), Datatype = dice.Pick("UINT8", "UINT8", "FP32", "") };
        input.Shape.AddRange(dice.Pick<long[]>([1, height, width, 3], [1, height, width, 3], [-1, height, width, 3], [long.MaxValue, height, width, 3], [], [1]));
        var request = new ModelInferRequest { ModelName = dice.Pick("kinds", "kinds", "kinds", "things", "moves", "none", ""), ModelVersion = dice.Pick("", "", "1", "9"), Id = dice.Pick("", "a", new string('i', 70_000)) };
        request.Inputs.Add(input);
        if (dice.Chance(10))
            request.Inputs.Add(input);
        if (dice.Chance(60))
            request.RawInputContents.Add(ByteString.CopyFrom(dice.Bytes(height * width * 3 + dice.Pick(0, 0, 0, 1, -1))));
        if (dice.Chance(40))
        {
            input.Contents = new InferTensorContents();
            input.Contents.UintContents.AddRange(Enumerable.Range(0, height * width * 3 + dice.Pick(0, 0, 1)).Select(i => (uint)(i % dice.Pick(256, 256, 300))));
        }

        if (dice.Chance(20))
            request.Outputs.Add(new ModelInferRequest.Types.InferRequestedOutputTensor { Name = dice.Pick("logits", "none", "") });
        return request;
    }

    /// <summary>The headers of a call, each literal and none kept (RFC 7541, 6.2.2).</summary>
    private static byte[] HeaderBlock(Dice dice)
    {
        var block = new List<byte>();
        (string Name, string Value)[] headers =
        [
            (":method", "POST"), (":scheme", "http"), (":path", $"{Service}/{dice.Pick<string>(Methods)}"), (":authority", "localhost"),
            ("content-type", dice.Pick("application/grpc", "application/grpc", "application/grpc+json", "text/plain")), ("te", "trailers"),
            ("grpc-timeout", dice.Pick("1S", "0n", "99999999H", "-1S", "x")), ("grpc-encoding", dice.Pick("identity", "gzip", "snappy")),
        ];
        foreach ((string name, string value) in headers)
        {
            block.Add(0);
            Add(name);
            Add(value);
        }

        return [.. block];

        void Add(string text)
        {
            block.Add((byte)text.Length); // Below 127: one byte.
            block.AddRange(Encoding.ASCII.GetBytes(text));
        }
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }
}
