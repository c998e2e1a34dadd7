"""What Hugging Face's own client does at a Hub: usage: official.py FOLDER REPOSITORY TO_READ INTO

Uploads FOLDER into a new private REPOSITORY, twice, and downloads TO_READ into the folder INTO. The Hub and
the token come from HF_ENDPOINT and HF_TOKEN. Needs python3-huggingface-hub."""
import sys

from huggingface_hub import HfApi

folder, repository, to_read, into = sys.argv[1:]
api = HfApi()
assert api.create_repo(repository, private=True).repo_id == repository
first = api.upload_folder(folder_path=folder, repo_id=repository, commit_message="Upload")
again = api.upload_folder(folder_path=folder, repo_id=repository, commit_message="Upload what has changed")
assert again.oid == first.oid, "the same files made another commit"
assert api.model_info(repository).private
api.snapshot_download(to_read, local_dir=into)
