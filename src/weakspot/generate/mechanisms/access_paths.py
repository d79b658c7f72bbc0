"""Guards around calls, tools and number types that leave a way past (CWE-285, CWE-284)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="access-assert-guard",
        cwe="CWE-285",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $delete_project($user, $project):
                    assert $user.id == $project.owner_id  #!
                    #...
                    $project.delete()
                    return $project.id
                """,
        ),
        fixed=(
            """
                def $delete_project($user, $project):
                    if $user.id != $project.owner_id:
                        raise PermissionError($project.id)
                    #...
                    $project.delete()
                    return $project.id
                """,
        ),
        wrong_fix=(
            """
                def $delete_project($user, $project):
                    if $user.id is None or $project.owner_id is None:  #!
                        raise PermissionError($project.id)
                    #...
                    $project.delete()
                    return $project.id
                """,
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="access-check-after-write",
        cwe="CWE-285",
        kind=Kind.PROGRAM,
        vulnerable=(
            """
                def $set_quota($user, $team, $limit):
                    $team.store(limit=$limit)  #!
                    if not $user.manages($team):
                        raise PermissionError($team.name)
                    #...
                    return $team
                """,
        ),
        fixed=(
            """
                def $set_quota($user, $team, $limit):
                    if not $user.manages($team):
                        raise PermissionError($team.name)
                    #...
                    $team.store(limit=$limit)
                    return $team
                """,
        ),
        wrong_fix=(
            """
                def $set_quota($user, $team, $limit):
                    if not $user.manages($team):
                        PermissionError($team.name)
                    #...
                    $team.store(limit=$limit)  #!
                    return $team
                """,
        ),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="access-s3-public-acl",
        cwe="CWE-284",
        kind=Kind.LOCAL,
        vulnerable=(
            """
                $s3 = boto3.client("s3")
                $s3.put_bucket_acl(Bucket="<<exports|backups>>", ACL="public-read-write")  #!
                #...
                """,
        ),
        fixed=(
            """
                $s3 = boto3.client("s3")
                $s3.put_bucket_acl(Bucket="<<exports|backups>>", ACL="private")
                #...
                """,
        ),
        wrong_fix=(
            """
                $s3 = boto3.client("s3")
                $s3.put_bucket_acl(Bucket="<<exports|backups>>", ACL="authenticated-read")  #!
                #...
                """,
        ),
        imports=("import boto3",),
        frameworks=("boto3",),
    ),
    Mechanism(
        id="access-sg-open-ssh",
        cwe="CWE-284",
        kind=Kind.LOCAL,
        vulnerable=(
            """
                $ec2 = boto3.client("ec2")
                #...
                $ec2.authorize_security_group_ingress(GroupId="sg-0a12", IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0")  #!
                """,
        ),
        fixed=(
            """
                $ec2 = boto3.client("ec2")
                #...
                $ec2.authorize_security_group_ingress(GroupId="sg-0a12", IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="10.8.0.0/16")
                """,
        ),
        wrong_fix=(
            """
                $ec2 = boto3.client("ec2")
                #...
                $ec2.authorize_security_group_ingress(GroupId="sg-0a12", IpProtocol="-1", CidrIp="0.0.0.0/0")  #!
                """,
        ),
        imports=("import boto3",),
        frameworks=("boto3",),
    ),
)
