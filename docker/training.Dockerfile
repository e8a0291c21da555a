# The trainer with its recipes and Open MPI; built from the repository's root:
#   docker build -f docker/training.Dockerfile -t spiking-detector/training:0.1.0 .
ARG ACCELERATOR=cpu
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0.401-noble
# For CUDA, too: TorchSharp's packages bring CUDA with them and need the driver alone, which the container's engine mounts.
ARG RUNTIME=mcr.microsoft.com/dotnet/runtime:10.0.12-noble

FROM ${SDK} AS build
ARG ACCELERATOR
WORKDIR /source
# What decides on the packages: while it stays, so does the layer with them.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY charts/SpikingDetector.Charts.csproj charts/
COPY core/SpikingDetector.Core.csproj core/
COPY inference/SpikingDetector.Inference.csproj inference/
COPY proto/SpikingDetector.Proto.csproj proto/
COPY training/SpikingDetector.Training.csproj training/*.targets training/
RUN dotnet restore training -p:Accelerator=${ACCELERATOR}
COPY .editorconfig ./
COPY charts/ charts/
COPY core/ core/
COPY inference/ inference/
COPY proto/ proto/
COPY training/ training/
ARG REVISION
RUN dotnet publish training --no-restore --output /app \
    -p:Accelerator=${ACCELERATOR} -p:SourceRevisionId=${REVISION} -p:RunAnalyzers=false

FROM ${RUNTIME} AS final
# sshd is for the workers of Kubeflow's MPI operator, which mounts keys of its own: those that the package makes would be the
# same in every container.
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends openmpi-bin openssh-client openssh-server \
    && rm -rf /var/lib/apt/lists/* /etc/ssh/ssh_host_* \
    && mkdir /data /runs && chown 1654:1654 /data /runs
COPY docker/sshd_config /etc/ssh/sshd_config
COPY docker/ssh_config /etc/ssh/ssh_config.d/training.conf
COPY --from=build /app /app
WORKDIR /app
ENV DOTNET_RUNNING_IN_CONTAINER=true \
    DOTNET_EnableDiagnostics=0
USER 1654
ENTRYPOINT ["/app/SpikingDetector.Training"]
ARG REVISION
LABEL org.opencontainers.image.title="Spiking detector: training" \
      org.opencontainers.image.description="Trains spiking neural networks with LibTorch, on one machine or on several by Open MPI" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="${REVISION}"
