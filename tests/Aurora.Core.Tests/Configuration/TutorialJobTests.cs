using Aurora.Core.Configuration;
using Xunit;

namespace Aurora.Core.Tests.Configuration;

public sealed class TutorialJobTests
{
    [Fact]
    public void TheTutorialsJob_IsReadBoundAndSupported()
    {
        var job = Read.Text(Read.Tutorial, ("pkg_path", "/vagrant/hello_world.py"), ("pkg_checksum", "abc")).Good();

        Assert.Equal("devcluster/www-data/devel/fetch_package", job.Key.ToString());
        Assert.Equal("cp /vagrant/hello_world.py . && echo abc && chmod +x hello_world.py", job.Task.Processes[0].Cmdline);
        Assert.Equal(1024 * 1024, job.Task.Resources.Ram);
        Assert.Equal(8 * 1024 * 1024, job.Task.Resources.Disk);
        Assert.Empty(JobValidation.Check(job));
        Assert.Empty(SupportCheck.Unsupported(job));
    }

    [Fact]
    public void WhatTheWriterWrites_TheReaderReadsUnchanged()
    {
        var job = Read.Text(Read.Tutorial, ("pkg_path", "/x"), ("pkg_checksum", "{{mesos.instance}} {{&literal}}")).Good();
        var text = JobConfigurationWriter.Write(job, indented: true);

        Assert.Equal(text, JobConfigurationWriter.Write(Read.Text(text).Good(), indented: true));
    }
}
