# Makes map.png: the text of the demo, and 54 of its words.
fastvec demo -o demo.safetensors
fastvec plot map demo.safetensors -o map.png --title "Words of the demo's text, PCA" \
  --group people man woman king queen prince princess boy girl father mother son daughter \
  --group countries france italy germany spain england japan russia china \
  --group capitals paris rome berlin madrid london tokyo moscow beijing \
  --group animals dog cat horse cow puppy kitten foal calf \
  --group actions walk walked walking swim swam swimming sing sang singing \
  --group comparisons big bigger biggest small smaller smallest fast faster fastest
