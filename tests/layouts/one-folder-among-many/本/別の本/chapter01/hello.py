name = input('お名前は？')
print('こんにちは', name)
