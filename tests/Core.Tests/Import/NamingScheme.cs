using System.Text.RegularExpressions;

namespace SpikingDetector.Core.Tests.Import;

/// <summary>
/// How other programs name the tensors of this project's networks, as rewritings of the names of the contract, one after
/// the other. Each scheme was read from the program's source.
/// </summary>
internal static class NamingScheme
{
    /// <summary>Behind each block of 7B-Net stands a pool, and before the fifth the widening convolution.</summary>
    private static readonly (string Pattern, string Replacement)[] SevenBlocks =
    [
        (@"^layer1\.0\.", "conv.1."),
        (@"^layer2\.0\.", "conv.3."),
        (@"^layer3\.0\.", "conv.5."),
        (@"^layer4\.0\.", "conv.7."),
        (@"^layer5\.0\.", "conv.10."),
        (@"^layer6\.0\.", "conv.12."),
        (@"^layer7\.0\.", "conv.14."),
    ];

    private static readonly Dictionary<string, (string Pattern, string Replacement)[]> Schemes = new()
    {
        // torchvision's ResNet and RetinaNet, SpikingJelly's spiking_resnet: the contract's own names.
        ["torchvision"] = [],

        // torchvision before 0.13: no container around the pyramid's convolutions, ReLUs between those of a head.
        ["torchvision 0.12 RetinaNet"] =
        [
            (@"(inner_blocks|layer_blocks)\.(\d)\.0\.", "$1.$2."),
            (@"_head\.conv\.3\.0\.", "_head.conv.6."),
            (@"_head\.conv\.2\.0\.", "_head.conv.4."),
            (@"_head\.conv\.1\.0\.", "_head.conv.2."),
            (@"_head\.conv\.0\.0\.", "_head.conv.0."),
        ],

        // SpikingJelly's sew_resnet: the shortcut's neuron beside the shortcut.
        ["SpikingJelly sew_resnet"] = [(@"downsample\.2\.", "downsample_sn.")],

        // Fang et al. 2021, ImageNet: SeqToANNContainer(conv, norm) holds its Sequential as "module"; the stem has none.
        ["SEW ImageNet"] =
        [
            (@"(layer\d\.\d+)\.conv(\d)\.", "$1.conv$2.module.0."),
            (@"(layer\d\.\d+)\.bn(\d)\.", "$1.conv$2.module.1."),
            (@"downsample\.0\.", "downsample.0.module.0."),
            (@"downsample\.1\.", "downsample.0.module.1."),
            (@"downsample\.2\.", "downsample.1."),
        ],

        // The same paper's Spiking ResNet, whose shortcut has no neuron.
        ["SEW ImageNet, Spiking ResNet"] =
        [
            (@"(layer\d\.\d+)\.conv(\d)\.", "$1.conv$2.module.0."),
            (@"(layer\d\.\d+)\.bn(\d)\.", "$1.conv$2.module.1."),
            (@"downsample\.", "downsample.module."),
        ],

        // The same code with a newer SpikingJelly, whose container is a Sequential itself.
        ["SEW ImageNet, SpikingJelly 0.0.0.0.13"] =
        [
            (@"(layer\d\.\d+)\.conv(\d)\.", "$1.conv$2.0."),
            (@"(layer\d\.\d+)\.bn(\d)\.", "$1.conv$2.1."),
            (@"downsample\.0\.", "downsample.0.0."),
            (@"downsample\.1\.", "downsample.0.1."),
            (@"downsample\.2\.", "downsample.1."),
        ],

        // Sequential(conv, norm, neuron) for each unit, the stem included.
        ["units in one container"] =
        [
            (@"\bconv(\d)\.", "conv$1.0."),
            (@"\bbn(\d)\.", "conv$1.1."),
            (@"\bsn(\d)\.", "conv$1.2."),
        ],

        // Sequential(SeqToANNContainer(conv, norm), neuron) for each unit.
        ["units in two containers"] =
        [
            (@"\bconv(\d)\.", "conv$1.0.module.0."),
            (@"\bbn(\d)\.", "conv$1.0.module.1."),
            (@"\bsn(\d)\.", "conv$1.1."),
            (@"downsample\.0\.", "downsample.0.0."),
            (@"downsample\.1\.", "downsample.0.1."),
            (@"downsample\.2\.", "downsample.1."),
        ],

        // A container around each layer, in both of its forms.
        ["each layer in a Sequential"] = [(@"\b(conv\d|bn\d|sn\d|fc|downsample\.\d)\.", "$1.0.")],
        ["each layer in a container"] = [(@"\b(conv\d|bn\d|sn\d|fc|downsample\.\d)\.", "$1.module.")],

        // The common CIFAR code.
        ["shortcut and linear"] = [(@"downsample\.", "shortcut."), (@"\bfc\.", "linear.")],

        // Fang et al. 2021, DVS-CIFAR10: places in one Sequential, written out by hand from its list of layers.
        ["SEW 7B-Net"] =
        [
            (@"^conv1\.", "conv.0.0.module.0."),
            (@"^bn1\.", "conv.0.0.module.1."),
            (@"^sn1\.", "conv.0.1."),
            (@"^conv2\.", "conv.9.0.module.0."),
            (@"^bn2\.", "conv.9.0.module.1."),
            (@"^sn2\.", "conv.9.1."),
            .. SevenBlocks,
            (@"\.conv1\.", ".conv.0.0.module.0."),
            (@"\.bn1\.", ".conv.0.0.module.1."),
            (@"\.sn1\.", ".conv.0.1."),
            (@"\.conv2\.", ".conv.1.0.module.0."),
            (@"\.bn2\.", ".conv.1.0.module.1."),
            (@"\.sn2\.", ".conv.1.1."),
            (@"^fc\.", "out."),
        ],

        // The same with the neuron behind the addition (BasicBlock).
        ["SEW 7B-Net, Spiking ResNet"] =
        [
            (@"^conv1\.", "conv.0.0.module.0."),
            (@"^bn1\.", "conv.0.0.module.1."),
            (@"^sn1\.", "conv.0.1."),
            (@"^conv2\.", "conv.9.0.module.0."),
            (@"^bn2\.", "conv.9.0.module.1."),
            (@"^sn2\.", "conv.9.1."),
            .. SevenBlocks,
            (@"\.conv1\.", ".conv.0.0.module.0."),
            (@"\.bn1\.", ".conv.0.0.module.1."),
            (@"\.sn1\.", ".conv.0.1."),
            (@"\.conv2\.", ".conv.1.module.0."),
            (@"\.bn2\.", ".conv.1.module.1."),
            (@"\.sn2\.", ".sn."),
            (@"^fc\.", "out."),
        ],

        // Wrappers around the whole.
        ["DataParallel"] = [("^", "module.")],
        ["torch.compile in DistributedDataParallel"] = [("^", "module._orig_mod.")],
        ["attribute model"] = [("^", "model.")],
        ["attribute net of a DataParallel"] = [("^", "module.net.")],
        ["DataParallel over SEW ImageNet"] =
        [
            (@"(layer\d\.\d+)\.conv(\d)\.", "$1.conv$2.module.0."),
            (@"(layer\d\.\d+)\.bn(\d)\.", "$1.conv$2.module.1."),
            (@"downsample\.0\.", "downsample.0.module.0."),
            (@"downsample\.1\.", "downsample.0.module.1."),
            (@"downsample\.2\.", "downsample.1."),
            ("^", "module."),
        ],
    };

    public static string Name(string scheme, string tensor) => Schemes[scheme].Aggregate(
        tensor, (name, change) => Regex.Replace(name, change.Pattern, change.Replacement));
}
